package host

import (
	"context"
	"errors"
	"time"

	"github.com/shirou/gopsutil/v4/load"
	"github.com/shirou/gopsutil/v4/mem"
)

// collectMemory reads the machine's memory, and its swap space if it has any.
func collectMemory(ctx context.Context, _ time.Time) ([]reading, error) {
	ram, err := guard("ram", func() ([]reading, error) { return readRAM(ctx) })
	swap, err2 := guard("swap", func() ([]reading, error) { return readSwap(ctx) })
	return append(ram, swap...), errors.Join(err, err2)
}

func readRAM(ctx context.Context) ([]reading, error) {
	ram, err := mem.VirtualMemoryWithContext(ctx)
	switch {
	case err != nil:
		return nil, err
	case ram.Total == 0, ram.Available > ram.Total, ram.Available == 0 && ram.Free == 0:
		return nil, nonsense("%d bytes of %d available, %d free", ram.Available, ram.Total, ram.Free)
	}
	return []reading{memoryReading("ram", ram.Total-ram.Available, ram.Total)}, nil
}

func readSwap(ctx context.Context) ([]reading, error) {
	swap, err := mem.SwapMemoryWithContext(ctx)
	switch {
	case err != nil || swap.Total == 0:
		return nil, err
	case swap.Used > swap.Total:
		return nil, nonsense("%d bytes of %d used", swap.Used, swap.Total)
	}
	return []reading{memoryReading("swap", swap.Used, swap.Total)}, nil
}

func memoryReading(name string, used, total uint64) reading {
	return reading{
		Metric: "used", Name: name, Value: percent(float64(used), float64(total)), Unit: "%",
		Used: used, Total: total,
	}
}

func collectLoad(ctx context.Context, _ time.Time) ([]reading, error) {
	avg, err := guard("", func() (*load.AvgStat, error) { return load.AvgWithContext(ctx) })
	if err != nil {
		return nil, err
	}
	return []reading{
		loadReading("1m", avg.Load1), loadReading("5m", avg.Load5), loadReading("15m", avg.Load15),
	}, nil
}

func loadReading(name string, value float64) reading {
	return reading{Metric: "average", Name: name, Value: figure(value), Unit: "tasks"}
}

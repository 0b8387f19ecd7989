package host

import (
	"context"
	"time"

	"github.com/shirou/gopsutil/v4/load"
	"github.com/shirou/gopsutil/v4/mem"
)

// collectMemory reads the machine's memory, and its swap space if it has any.
func collectMemory(ctx context.Context, _ time.Time) ([]reading, error) {
	ram, err := mem.VirtualMemoryWithContext(ctx)
	if err != nil {
		return nil, err
	}
	used := ram.Total - ram.Available
	readings := []reading{memoryReading("ram", used, ram.Total)}
	swap, err := mem.SwapMemoryWithContext(ctx)
	if err == nil && swap.Total > 0 {
		readings = append(readings, memoryReading("swap", swap.Used, swap.Total))
	}
	return readings, err
}

func memoryReading(name string, used, total uint64) reading {
	return reading{
		Metric: "used", Name: name, Value: percent(float64(used), float64(total)), Unit: "%",
		Used: used, Total: total,
	}
}

func collectLoad(ctx context.Context, _ time.Time) ([]reading, error) {
	avg, err := load.AvgWithContext(ctx)
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

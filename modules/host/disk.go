package host

import (
	"context"
	"errors"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/shirou/gopsutil/v4/disk"
)

// collectDisks reads how full the file systems are that live on a device of their own, each device
// once. Where there is none, as in a container, it reads the root instead.
func collectDisks(ctx context.Context, _ time.Time) ([]reading, error) {
	mounts, err := guard("", func() ([]disk.PartitionStat, error) {
		return disk.PartitionsWithContext(ctx, false)
	})
	if err != nil {
		return nil, err
	}
	mounts = physical(mounts)
	if len(mounts) == 0 && runtime.GOOS != "windows" {
		mounts = []disk.PartitionStat{{Device: "root", Mountpoint: "/"}}
	}
	var readings []reading
	var errs []error
	for _, m := range mounts {
		r, err := guard(m.Mountpoint, func() (reading, error) { return readDisk(ctx, m) })
		if err != nil {
			errs = append(errs, err)
			continue
		}
		readings = append(readings, r)
	}
	return readings, errors.Join(errs...)
}

func readDisk(ctx context.Context, m disk.PartitionStat) (reading, error) {
	usage, err := disk.UsageWithContext(ctx, m.Mountpoint)
	switch {
	case err != nil:
		return reading{}, err
	case usage.Total == 0, usage.Used > usage.Total, usage.Used+usage.Free == 0:
		return reading{}, nonsense("%d bytes of %d used", usage.Used, usage.Total)
	}
	return diskReading(m, usage), nil
}

// diskReading leaves out of the whole what only root may fill, as df does.
func diskReading(m disk.PartitionStat, usage *disk.UsageStat) reading {
	return reading{
		Metric: "used", Name: filepath.Base(m.Device), Unit: "%", Mount: m.Mountpoint,
		Value: percent(float64(usage.Used), float64(usage.Used+usage.Free)),
		Used:  usage.Used, Total: usage.Total,
	}
}

// physical keeps the first mount of each device.
func physical(mounts []disk.PartitionStat) []disk.PartitionStat {
	var kept []disk.PartitionStat
	seen := map[string]bool{}
	for _, m := range mounts {
		if !seen[m.Device] && !isPseudo(m) {
			kept = append(kept, m)
		}
		seen[m.Device] = true
	}
	return kept
}

// isPseudo tells images and memory from disks; gopsutil has left out the kernel's own file
// systems.
func isPseudo(m disk.PartitionStat) bool {
	switch m.Fstype {
	case "squashfs", "overlay", "tmpfs", "devtmpfs", "ramfs", "iso9660", "autofs", "devfs", "nullfs":
		return true
	}
	return strings.HasPrefix(m.Device, "/dev/loop") || strings.HasPrefix(m.Device, "/dev/ram")
}

package host

import (
	"context"
	"time"

	"github.com/shirou/gopsutil/v4/cpu"
)

// processors remembers the times of the last round. gopsutil's own percentages share one memory in
// the whole process, so that two modules would shorten each other's interval.
type processors struct{ last map[string]cpu.TimesStat }

func (p *processors) collect(ctx context.Context, _ time.Time) ([]reading, error) {
	times, err := cpu.TimesWithContext(ctx, false)
	if err != nil {
		return nil, err
	}
	cores, err := cpu.TimesWithContext(ctx, true)
	if err != nil {
		return nil, err
	}
	var readings []reading
	next := make(map[string]cpu.TimesStat, len(times)+len(cores))
	for _, now := range append(times, cores...) {
		next[now.CPU] = now
		before, known := p.last[now.CPU]
		if !known {
			continue
		}
		spent := busy(now) - busy(before)
		idle := now.Idle + now.Iowait - before.Idle - before.Iowait
		readings = append(readings, reading{
			Metric: "busy", Name: coreName(now.CPU), Value: percent(spent, spent+idle), Unit: "%",
		})
	}
	p.last = next
	return readings, nil
}

// busy leaves out the time of guests, which Linux has in User and Nice already.
func busy(t cpu.TimesStat) float64 {
	return t.User + t.Nice + t.System + t.Irq + t.Softirq + t.Steal
}

func coreName(name string) string {
	if name == "cpu-total" {
		return "total"
	}
	return name
}

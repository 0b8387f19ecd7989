package host

import (
	"context"
	"errors"
	"time"

	"github.com/shirou/gopsutil/v4/cpu"
)

// processors remembers the times of the last round. gopsutil's own percentages share one memory in
// the whole process, so that two modules would shorten each other's interval.
type processors struct{ last map[string]cpu.TimesStat }

func (p *processors) collect(ctx context.Context, _ time.Time) ([]reading, error) {
	next := make(map[string]cpu.TimesStat)
	total, err := p.share(ctx, "total", false, next)
	cores, err2 := p.share(ctx, "cores", true, next)
	p.last = next
	return append(total, cores...), errors.Join(err, err2)
}

// share reads the times of all processors together, or of each, and compares them with the last ones.
func (p *processors) share(
	ctx context.Context, what string, each bool, next map[string]cpu.TimesStat,
) ([]reading, error) {
	times, err := guard(what, func() ([]cpu.TimesStat, error) {
		times, err := cpu.TimesWithContext(ctx, each)
		if err == nil && len(times) == 0 {
			err = nonsense("no processors")
		}
		return times, err
	})
	if err != nil {
		return nil, err
	}
	var readings []reading
	for _, now := range times {
		next[now.CPU] = now
		before, known := p.last[now.CPU]
		spent := busy(now) - busy(before)
		idle := now.Idle + now.Iowait - before.Idle - before.Iowait
		if !known || spent+idle <= 0 {
			continue // no time has passed by these clocks
		}
		readings = append(readings, reading{
			Metric: "busy", Name: coreName(now.CPU), Value: percent(spent, spent+idle), Unit: "%",
		})
	}
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

package main

import (
	"time"

	"github.com/millrace/millrace/bench/series"
	"github.com/millrace/millrace/bench/yardstick"
)

// coreJob is claim to release on one core: 64 messages are claimed and written, then read and released.
type coreJob struct {
	name string
	job  yardstick.Job
	how  yardstick.How
}

func coreJobs() []coreJob {
	return []coreJob{
		{"five properties by keys", yardstick.Plain(), yardstick.ByKeys},
		{"five properties by template", yardstick.Plain(), yardstick.ByTemplate},
		{"template and a number", yardstick.Numbered(), yardstick.ByTemplate},
		{"telemetry by keys", yardstick.Measured(), yardstick.ByKeys},
		{"telemetry by template", yardstick.Measured(), yardstick.ByTemplate},
	}
}

func coreOf(what string, j coreJob) string { return what + ", one core, " + j.name }

// core is either side on one core.
type core interface {
	Send(n int) error
	Close() error
}

// oneCore measures both sides of each job beside each other.
func (c *contest) oneCore(round int) {
	for _, j := range coreJobs() {
		ns, err := c.cores(round, j)
		if err != nil {
			c.failures["one core, "+j.name] = err
			c.logf("one core, %s: %v", j.name, err)
			continue
		}
		c.figures.Add(coreOf("engine ns", j), ns[0])
		c.figures.Add(coreOf("floor ns", j), ns[1])
		c.figures.Add(coreOf("engine of floor", j), ns[0]/ns[1])
	}
}

func (c *contest) cores(round int, j coreJob) (ns [2]float64, err error) {
	ours, err := yardstick.NewCore(j.job, j.how)
	if err != nil {
		return ns, err
	}
	sides := [2]core{ours, yardstick.NewFloorCore(j.job, j.how)}
	for k := range sides {
		i := (k + round) % 2
		if ns[i], err = c.timeCore(sides[i]); err != nil {
			return ns, err
		}
		if err := sides[i].Close(); err != nil {
			return ns, err
		}
	}
	return ns, nil
}

const coreParts = 10 // of a slice

// timeCore takes the best of ten tenths of a slice, after a warm-up: what runs on one core has one true
// figure, to which others on the machine only add.
func (c *contest) timeCore(r core) (ns float64, err error) {
	n, took := unit, time.Duration(0)
	for ; took < c.slice/coreParts && n < messagesMax; n *= 2 {
		if took, err = timeSend(r, n); err != nil {
			return 0, err
		}
	}
	for range coreParts {
		again, err := timeSend(r, n)
		if err != nil {
			return 0, err
		}
		if best := float64(again) / float64(n); ns == 0 || best < ns {
			ns = best
		}
	}
	return ns, nil
}

func timeSend(r core, n int) (time.Duration, error) {
	began := time.Now()
	err := r.Send(n)
	return time.Since(began), err
}

func (c *contest) writeOneCore(out *text) {
	out.linef("\n## On one core\n\nClaim to release, 64 in flight, ns a message: the engine's messages " +
		"without the engine, beside the floor's.\n")
	out.linef("| message | engine | floor | engine of floor |\n|---|---|---|---|")
	for _, j := range coreJobs() {
		ours, _ := c.figures.Spread(coreOf("engine ns", j))
		floor, _ := c.figures.Spread(coreOf("floor ns", j))
		out.linef("| %s | %s | %s | %s |", j.name, series.Figure(ours.Median), series.Figure(floor.Median),
			c.spread(coreOf("engine of floor", j)))
	}
}

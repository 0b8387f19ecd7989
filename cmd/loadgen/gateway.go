package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"

	"github.com/millrace/millrace/bench"
	"github.com/millrace/millrace/document"
	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/gateway"
	"github.com/millrace/millrace/modules/standard"
	"github.com/millrace/millrace/report"
)

// document reads a gateway document, for a fresh gateway in each run.
func (r *runner) document(path string) (subject, error) {
	kinds, err := standard.Registry()
	if err != nil {
		return subject{}, err
	}
	doc, err := document.Load(path, kinds, document.Options{Env: environment})
	if err != nil {
		return subject{}, inputError{err}
	}
	measure := func(ctx context.Context, bar *progress) (report.Run, error) {
		return r.measureGateway(ctx, doc, bar)
	}
	return subject{name: path, measure: measure}, nil
}

// environment looks a variable of a document up. TMPDIR is always set, as for edge run.
func environment(name string) (string, bool) {
	if name == "TMPDIR" {
		return os.TempDir(), true
	}
	return os.LookupEnv(name)
}

// trial is one run of a gateway.
type trial struct {
	load    load
	gateway *gateway.Gateway
	bar     *progress
	done    chan struct{} // closed when the gateway has ended
	report  gateway.Report
	err     error
	course  []report.Interval
}

// measureGateway runs a gateway for the time of warming up and of measuring, or until it ends by
// itself. What its modules print is thrown away.
func (r *runner) measureGateway(ctx context.Context, doc *document.Document, bar *progress) (
	report.Run, error) {
	log := slog.New(slog.NewTextHandler(r.err, &slog.HandlerOptions{Level: slog.LevelWarn}))
	g, err := gateway.New(doc, gateway.Options{Log: log, Stdin: r.in, Stdout: io.Discard})
	if err != nil {
		return report.Run{}, err
	}
	running, stop := context.WithCancel(ctx)
	defer stop()
	t := &trial{load: r.load, gateway: g, bar: bar, done: make(chan struct{})}
	go func() {
		defer close(t.done)
		t.report, t.err = g.Run(running)
	}()
	first, last := t.watch(ctx)
	stop()
	<-t.done
	return t.result(first, last, errors.Join(t.err, balance(t.report.Engine.Links), ctx.Err()))
}

// watch samples the gateway and returns what the meters showed when measuring began and ended.
func (t *trial) watch(ctx context.Context) (first, last meters) {
	begin := time.Now()
	tick := time.NewTicker(t.load.interval())
	defer tick.Stop()
	for warm := time.After(t.load.warmUp); warm != nil; {
		select {
		case <-warm:
			warm = nil
		case <-tick.C:
			t.bar.show(bench.Progress{WarmingUp: true, Done: share(time.Since(begin), t.load.warmUp)})
		case <-t.done:
			now := readMeters(t.gateway.Stats())
			return now, now
		case <-ctx.Done():
			now := readMeters(t.gateway.Stats())
			return now, now
		}
	}
	first = readMeters(t.gateway.Stats())
	return first, t.sample(ctx, first, tick.C)
}

func (t *trial) sample(ctx context.Context, first meters, tick <-chan time.Time) (last meters) {
	last = first
	end := time.After(t.load.duration)
	for {
		select {
		case <-tick:
		case <-end:
			return t.until(first, last)
		case <-t.done:
			return t.until(first, last)
		case <-ctx.Done():
			return t.until(first, last)
		}
		last = t.until(first, last)
		elapsed := last.at.Sub(first.at)
		t.bar.show(bench.Progress{Elapsed: elapsed, Done: share(elapsed, t.load.duration),
			Deliveries: last.delivered - first.delivered})
	}
}

// until adds the interval from the meters before to now, and returns those of now.
func (t *trial) until(first, before meters) meters {
	now := readMeters(t.gateway.Stats())
	if now.at.Sub(before.at) > t.load.interval()/2 {
		t.course = append(t.course, before.interval(now, first.at))
	}
	return now
}

func share(part, whole time.Duration) float64 {
	if whole <= 0 {
		return 1
	}
	return float64(part) / float64(whole)
}

var errTooShort = errors.New("the gateway ended before the warm-up was over")

func (t *trial) result(first, last meters, failed error) (report.Run, error) {
	if failed == nil && !last.at.After(first.at) {
		failed = errTooShort
	}
	run := first.run(last, t.report.Engine.Stats)
	run.Intervals = t.course
	if failed != nil {
		run.Fault = failed.Error()
	}
	return run, failed
}

// balance says on which links messages are not accounted for.
func balance(links []engine.LinkStats) (err error) {
	for _, l := range links {
		if out := l.Delivered + l.Filtered + l.Dropped.Total() + l.Left; out != l.In {
			err = errors.Join(err, fmt.Errorf("%s -> %s: %d went in, %d are accounted for",
				l.Source, l.Sink, l.In, out))
		}
	}
	return err
}

package bench

import (
	"errors"
	"fmt"
	"slices"

	"github.com/millrace/millrace/engine"
)

// verify holds what arrived against what was published, and against the engine's counts. While a
// handler hangs nothing can be said: the engine's own error names it.
func (r *run) verify() error {
	if len(r.report.Held) > 0 {
		return nil
	}
	var faults []error
	for _, l := range r.relays {
		if fault := l.fault.Load(); fault != nil {
			faults = append(faults, *fault)
		}
	}
	published := r.published()
	for _, c := range r.checkers {
		faults = append(faults, c.end(published))
	}
	faults = append(faults, r.miscounts()...)
	return errors.Join(faults...)
}

func (r *run) miscounts() (faults []error) {
	wrong := func(format string, args ...any) {
		faults = append(faults, fmt.Errorf("%w: "+format, append([]any{ErrMiscounted}, args...)...))
	}
	for _, l := range r.report.Links {
		if l.In != l.Delivered+l.Filtered+l.Dropped.Total()+l.Left {
			wrong("%s -> %s does not add up: %+v", l.Source, l.Sink, l.Counts)
		}
		if l.Dropped.Total() > 0 && !r.mayDrop(l.Sink) {
			wrong("%s -> %s dropped %d", l.Source, l.Sink, l.Dropped.Total())
		}
	}
	for _, f := range r.feeders {
		for _, l := range r.report.Links {
			if l.Source == f.name && l.In != f.next {
				wrong("%s -> %s counts %d published, not %d", l.Source, l.Sink, l.In, f.next)
			}
		}
	}
	for _, c := range r.checkers {
		if n := deliveredTo(r.report, c.name); n != c.received.Load() {
			wrong("%s received %d, the engine counts %d", c.name, c.received.Load(), n)
		}
	}
	return faults
}

func (r *run) mayDrop(sink string) bool {
	return slices.ContainsFunc(r.checkers, func(c *checker) bool { return c.name == sink && c.lossy })
}

func deliveredTo(report engine.Report, sink string) (n uint64) {
	for _, l := range report.Links {
		if l.Sink == sink {
			n += l.Delivered
		}
	}
	return n
}

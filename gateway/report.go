package gateway

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/module"
)

// ErrFailed says that modules could not do their work with messages that they received: Receive
// returned an error, or panicked, or its module was put into quarantine.
var ErrFailed = errors.New("messages failed")

// Report is what became of a run.
type Report struct {
	Engine  engine.Report
	Started bool           // every module was started
	Drained error          // engine.ErrLeft if the time to stop was up before all was delivered
	Modules []ModuleReport // in the order of the document
}

// ModuleReport is what became of one module.
type ModuleReport struct {
	Name          string
	ReceiveErrors uint64          // errors that Receive returned; what failed is counted by link
	Errors        []error         // what its tasks, Stop and Close returned; nil: nothing went wrong
	Stuck         []string        // what had not returned in time: "Open", "Stop", "a task", "Receive", …
	Restarts      int             // how often the module panicked and was given a new life
	Quarantined   string          // why it was taken out of the traffic; empty: it was not
	Figures       []module.Figure // of a module.Reporter, over all its lives; nil: it is none
}

// report puts together what was found. That messages are still held is no failure of the run: a
// module may give them up in Close, which comes after. Stuck names modules in the hands of a change
// that did not return.
func (g *Gateway) report(ctx context.Context, drained engine.Report, err error, stuck []string) Report {
	r := Report{Engine: drained}
	if errors.Is(err, engine.ErrUnreleased) {
		g.options.Log.Warn("after draining", "error", err)
	}
	if errors.Is(err, engine.ErrLeft) {
		r.Drained = err
	}
	for _, m := range g.modules {
		r.Modules = append(r.Modules, m.report(ctx))
	}
	for _, name := range stuck {
		r.Modules = append(r.Modules, ModuleReport{Name: name, Stuck: []string{"a change"}})
	}
	return r
}

func (in *instance) report(ctx context.Context) ModuleReport {
	r := ModuleReport{Name: in.doc.Name, ReceiveErrors: in.errors.count.Load()}
	for _, err := range in.tasks.list() {
		r.Errors = append(r.Errors, in.wrap("task", err))
	}
	if in.lost {
		r.Stuck = []string{"a restart"}
		return r
	}
	r.Figures = append(sumFigures(in.counted, in.figures(ctx)), in.discardFigures()...)
	r.Stuck, r.Restarts, r.Quarantined = in.stuck, in.restarts, in.quarantined
	r.Errors = append(r.Errors, in.errs...)
	return r
}

// figures asks the module for its own. One that has not returned from something else is left alone.
func (in *instance) figures(ctx context.Context) []module.Figure {
	code, ok := in.code.(module.Reporter)
	if !ok || len(in.stuck) > 0 {
		return nil
	}
	list, err := ask(halfOf(ctx)+grace, code.Figures)
	in.note("Figures", err)
	list = slices.Clone(list)
	for i := range list {
		list[i].Name = in.gateway.secrets.Text(list[i].Name)
	}
	return list
}

// Err says why the run was a failure, naming the modules; nil if it was none.
func (r Report) Err() error {
	var errs []error
	for _, m := range r.Modules {
		errs = append(errs, m.Errors...)
		if m.Quarantined != "" {
			errs = append(errs, fmt.Errorf("module %q was put into quarantine: %s", m.Name, m.Quarantined))
		}
		if len(m.Stuck) > 0 {
			errs = append(errs, fmt.Errorf("module %q did not stop in time: %s had not returned",
				m.Name, strings.Join(m.Stuck, " and ")))
		}
	}
	return errors.Join(append(errs, r.failed(), r.Drained)...)
}

// failed says which links' messages failed, the first few by name.
func (r Report) failed() error {
	const namesMax = 8
	var names []string
	total := r.Engine.Gone.Dropped.Failed()
	for _, l := range r.Engine.Links {
		n := l.Dropped.Failed()
		total += n
		if n > 0 && len(names) <= namesMax {
			names = append(names, fmt.Sprintf("%d on %s -> %s", n, l.Source, l.Sink))
		}
	}
	switch {
	case total == 0:
		return nil
	case len(names) > namesMax:
		names[namesMax] = "…"
	case len(names) == 0:
		return fmt.Errorf("%w: %d, of modules that were removed", ErrFailed, total)
	}
	return fmt.Errorf("%w: %s", ErrFailed, strings.Join(names, ", "))
}

package bench

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/millrace/millrace/engine"
)

// drainMax bounds how long Run waits for messages on their way, warm-up and measured part each.
const drainMax = time.Minute

// Run runs a scenario on an engine of its own and returns what it measured. The error is nil only
// if every message arrived where it had to, once, in order and unchanged; it wraps one of the
// errors of this package (ErrLost and so on), or says why the run could not be. The result is
// filled as far as it goes whatever the error, but for a bad load.
//
// When ctx is done the sources stop early; what was published is still delivered and verified, and
// the error wraps ctx's. Runs in one process do not disturb each other's verification, but they do
// each other's figures, since allocations and CPU are those of the process.
func Run(ctx context.Context, s Scenario, l Load) (Result, error) {
	if err := l.check(); err != nil {
		return Result{}, err
	}
	r, err := newRun(s, l.withDefaults())
	if err != nil {
		return Result{}, errors.Join(err, r.close())
	}
	err = r.phases(ctx)
	err = errors.Join(err, r.close(), r.verify())
	return r.result, errors.Join(err, ctx.Err())
}

// run is one run of a scenario.
type run struct {
	scenario Scenario
	load     Load
	clock    clock
	engine   *engine.Engine
	feeders  []*feeder
	relays   []*relay
	checkers []*checker
	reached  chan struct{} // a sink has reached its target
	waited   time.Duration // of the processors' time that went into pacing, so far
	watch    *sampler
	report   engine.Report
	result   Result
}

// newRun builds the engine. Whatever the error, the run can be closed.
func newRun(s Scenario, l Load) (*run, error) {
	r := &run{
		scenario: s, load: l, clock: clock{time.Now()},
		engine:  engine.New(engine.Options{}),
		reached: make(chan struct{}, 1),
		result:  Result{Scenario: s.Name, Content: s.Content, Batch: l.Batch, Rate: l.Rate},
	}
	f := newForm(r.engine, s)
	if err := r.attachHandlers(f); err != nil {
		return r, err
	}
	if err := r.attachSources(f); err != nil {
		return r, err
	}
	for _, link := range s.links {
		if err := r.engine.Link(link); err != nil {
			return r, err
		}
	}
	return r, nil
}

func (r *run) attachHandlers(f *form) error {
	for _, s := range r.scenario.stages {
		h := &relay{name: s.name, label: s.label, form: f}
		r.relays = append(r.relays, h)
		if err := r.attach(s.name, h); err != nil {
			return err
		}
	}
	for _, s := range r.scenario.sinks {
		h := newChecker(s, f, &r.clock, r.reached)
		r.checkers = append(r.checkers, h)
		if err := r.attach(s.name, h); err != nil {
			return err
		}
	}
	return nil
}

func (r *run) attach(name string, h engine.Handler) error {
	if r.scenario.Wrap != nil {
		h = r.scenario.Wrap(name, h)
	}
	_, err := r.engine.Attach(name, h, engine.ModuleOptions{})
	return err
}

func (r *run) attachSources(f *form) error {
	for i, s := range r.scenario.sources {
		m, err := r.engine.Attach(s.name, nil, engine.ModuleOptions{})
		if err != nil {
			return err
		}
		pub, err := m.Publisher()
		if err != nil {
			return err
		}
		r.feeders = append(r.feeders, &feeder{name: s.name, label: byte(i), form: f, pub: pub})
	}
	return nil
}

// phases warms up and measures.
func (r *run) phases(ctx context.Context) error {
	r.watch = newSampler(r.load, r.engine)
	r.watch.start()
	defer func() { r.result.Samples = r.watch.end() }()
	if r.load.WarmUp > 0 {
		if err := r.phase(ctx, 0, r.load.WarmUp); err != nil {
			return err
		}
	}
	for _, c := range r.checkers {
		if r.load.Rate > 0 {
			c.latency = newHistogram()
		}
	}
	before := r.read()
	r.watch.measure(before.at)
	err := r.phase(ctx, r.load.Messages, r.load.Duration)
	r.result.between(before, r.read())
	return err
}

// close drains and ends the engine.
func (r *run) close() error {
	for _, f := range r.feeders {
		f.pub.Close()
	}
	ctx, cancel := context.WithTimeout(context.Background(), drainMax)
	defer cancel()
	var err error
	if r.report, err = r.engine.Close(ctx); err != nil {
		err = fmt.Errorf("bench: %w", err)
	}
	r.result.conclude(r)
	return err
}

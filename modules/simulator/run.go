package simulator

import (
	"context"
	"errors"
	"time"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/message"
)

const (
	// A batch is as many messages as an engine's handler is given at once, and so few that they are
	// still in the processor's cache when they are published; and fewer if they are large, so that
	// the drafts of one batch need a small part of the module's memory.
	batchMax   = 64
	batchBytes = 256 << 10
	// lingering is how long a batch under way may wait for room after the module was stopped.
	lingering = time.Second
)

// run is the life of a simulator's task. It belongs to one goroutine.
type run struct {
	out             *engine.Publisher
	writer          *writer
	delay, duration time.Duration
	template        message.Template // what all messages have in common
	drafts          []message.Draft  // of one batch
}

func newRun(s *simulator, out *engine.Publisher) *run {
	batch := max(1, min(batchMax, batchBytes/(s.propertyBytes()+s.content)))
	return &run{
		out: out, writer: newWriter(s, out), delay: s.delay, duration: s.duration,
		drafts: make([]message.Draft, batch),
	}
}

// run publishes until the time is up or ctx is done, which is not an error.
func (r *run) run(ctx context.Context) error {
	until, cancel := r.term(ctx)
	defer cancel()
	patient, impatient := linger(ctx)
	defer impatient()
	var err error
	if r.template, err = r.out.Template(r.writer.fill); err != nil {
		return err
	}
	if r.delay > 0 {
		err = r.pace(until, patient)
	} else {
		err = r.flood(until, patient)
	}
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// term returns the context that ends with the run's time.
func (r *run) term(ctx context.Context) (context.Context, context.CancelFunc) {
	if r.duration == 0 {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, r.duration)
}

// linger returns a context that outlives ctx for as long as a batch under way may take.
func linger(ctx context.Context) (context.Context, context.CancelFunc) {
	patient, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(lingering, cancel) })
	return patient, func() {
		stop()
		cancel()
	}
}

// flood publishes batch after batch.
func (r *run) flood(until, patient context.Context) error {
	for until.Err() == nil {
		if err := r.batch(patient, r.drafts); err != nil {
			return err
		}
	}
	return nil
}

// pace publishes one message at a time, the first one at once.
func (r *run) pace(until, patient context.Context) error {
	tick := time.NewTicker(r.delay)
	defer tick.Stop()
	for until.Err() == nil {
		if err := r.batch(patient, r.drafts[:1]); err != nil {
			return err
		}
		select {
		case <-until.Done():
		case <-tick.C:
		}
	}
	return nil
}

// batch writes as many messages as there are drafts and publishes them; fewer where the memory is for
// fewer.
func (r *run) batch(ctx context.Context, drafts []message.Draft) error {
	for i := range drafts {
		d, err := r.next(ctx)
		if i > 0 && errors.Is(err, message.ErrOpenDrafts) {
			drafts = drafts[:i] // the memory is for no more at once
			break
		}
		if err != nil {
			return err // the drafts so far end with the publisher
		}
		drafts[i] = d
	}
	return r.out.PublishBatch(ctx, drafts)
}

// next returns the next message, written.
func (r *run) next(ctx context.Context) (message.Draft, error) {
	d, err := r.out.ClaimTemplate(ctx, r.template)
	if err != nil {
		return d, err
	}
	r.writer.write(d)
	if err = d.Err(); err != nil {
		d.Abort()
		r.writer.again = true
	}
	return d, err
}

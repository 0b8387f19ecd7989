package main

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// peer is one way to do the jobs.
type peer struct {
	name   string
	what   string                   // in a few words, for the report
	cannot func(j job) string       // why it cannot do a job; "" where it can; nil: it can do all
	open   func(j job) (rig, error) // a fresh instance
}

// rig is a running instance of a peer. send moves n messages through it and returns when every
// sink has them and has verified them; it is timed. n is a multiple of 4 * batchSize.
type rig interface {
	send(n int) error
	close() error
}

// sinks counts what arrives. Each sink's counter belongs to the goroutine that it receives on.
type sinks struct {
	all []sink
}

type sink struct {
	seen, wrong int
	target      atomic.Int64
	done        chan struct{}
	_           [64]byte
}

func newSinks(n int) *sinks {
	s := &sinks{all: make([]sink, n)}
	for i := range s.all {
		s.all[i].done = make(chan struct{}, 1)
	}
	return s
}

// took counts one message.
func (s *sink) took(right bool) {
	s.seen++
	if !right {
		s.wrong++
	}
	if int64(s.seen) == s.target.Load() {
		s.done <- struct{}{}
	}
}

// expect sets what must arrive in all. Nothing is under way.
func (s *sinks) expect(more int) {
	for i := range s.all {
		s.all[i].target.Add(int64(more))
	}
}

const patience = 20 * time.Second

// wait returns when every sink has what is expected, or says which has not.
func (s *sinks) wait() error {
	late := time.NewTimer(patience)
	defer late.Stop()
	for i := range s.all {
		select {
		case <-s.all[i].done:
		case <-late.C:
			return fmt.Errorf("sink %d has not received all within %v", i, patience)
		}
	}
	return s.verify()
}

func (s *sinks) verify() error {
	for i := range s.all {
		k := &s.all[i]
		if k.wrong > 0 || int64(k.seen) != k.target.Load() {
			return fmt.Errorf("sink %d: %d of %d received, %d wrong", i, k.seen, k.target.Load(), k.wrong)
		}
	}
	return nil
}

// feed runs one goroutine a source, or the caller's own, and shares n among them.
func feed(sources, n int, source func(i, n int) error) error {
	if sources == 1 {
		return source(0, n)
	}
	var all sync.WaitGroup
	faults := make([]error, sources)
	for i := range sources {
		all.Go(func() { faults[i] = source(i, n/sources) })
	}
	all.Wait()
	return errors.Join(faults...)
}

package explore

import (
	"math/rand/v2"
	"slices"
	"strings"
	"time"
)

// Options of a search. The zero value searches every interleaving.
type Options struct {
	// Preemptions is how often in a schedule the next thread may be another although the last one
	// could go on and does not pause; 0: any number.
	Preemptions int
	Preempted   string // the only thread that is preempted; "": any may be
	Operations  int    // a schedule may have, before it is called a livelock; 0: 10,000

	// Random, above zero, runs that many schedules of random priorities instead of searching.
	Random int
	Seed   uint64 // of Random
	Depth  int    // of Random: events whose order matters; 0: 3

	Replay string // run this schedule only, as a failure told it
}

const (
	defaultOperations = 10_000
	defaultDepth      = 3
)

// Result is what a search found.
type Result struct {
	Schedules  int  // run to their end
	Pruned     int  // given up on the way, for what they led to was seen before
	Operations int  // in all
	Longest    int  // operations of the longest schedule
	Exhausted  bool // nothing is left to try within the bounds
	Elapsed    time.Duration
	Failure    *Failure // the first, or nil
}

// Failure is a schedule by which the program breaks a promise.
type Failure struct {
	What     string
	Schedule string   // for Options.Replay
	After    int      // schedules run until it was found, this one included
	Trace    []string // what happened, one operation a line
}

// Search runs the program by one schedule after the other until one fails or none is left. It may
// be called by one goroutine at a time; nothing else may use explored code meanwhile.
func Search(o Options, program func(*Run)) Result {
	if o.Operations == 0 {
		o.Operations = defaultOperations
	}
	if o.Depth == 0 {
		o.Depth = defaultDepth
	}
	s := &search{options: o, program: program, began: time.Now()}
	defer s.stop()
	switch {
	case o.Replay != "":
		s.replay(o.Replay)
	case o.Random > 0:
		s.sample()
	default:
		s.exhaust()
	}
	s.result.Elapsed = time.Since(s.began)
	return s.result
}

type search struct {
	options Options
	program func(*Run)
	began   time.Time
	last    *Run
	result  Result
}

// exhaust runs every schedule that could show something new.
func (s *search) exhaust() {
	bound := s.options.Preemptions
	d := &tree{bound: bound, preempted: s.options.Preempted, plain: bound > 0 || s.options.Preempted != ""}
	for more := true; more; more = d.next() {
		d.begin()
		if !s.one(d) {
			return
		}
		if d.pruned {
			s.result.Schedules--
			s.result.Pruned++
		}
	}
	s.result.Exhausted = true
}

func (s *search) sample() {
	r := &random{source: rand.New(rand.NewPCG(s.options.Seed, 0)), depth: s.options.Depth}
	for range s.options.Random {
		r.step = 0
		if !s.one(r) {
			return
		}
	}
}

func (s *search) replay(text string) {
	list, err := parseSchedule(text)
	if err != nil {
		s.result.Failure = &Failure{What: err.Error()}
		return
	}
	s.one(&replay{list})
}

// one runs the program once; it returns false when it failed.
func (s *search) one(c chooser) bool {
	x := s.newRun(c)
	x.perform(s.program)
	s.last = x
	s.result.Schedules++
	s.result.Operations += len(x.trace)
	s.result.Longest = max(s.result.Longest, len(x.trace))
	if x.failure == "" {
		return true
	}
	s.result.Failure = s.explain(x)
	return false
}

// newRun makes a run that uses the last one's memory and coroutines.
func (s *search) newRun(c chooser) *Run {
	x := &Run{chooser: c, limit: s.options.Operations}
	if old := s.last; old != nil {
		x.idle = slices.Concat(old.idle, old.threads)
		x.threads, x.taken, x.trace = make([]*thread, 0, MaxThreads), old.taken[:0], old.trace[:0]
		x.visits, x.finally = old.visits[:0], old.finally[:0]
		clear(old.cells)
		x.cells = old.cells
	}
	return x
}

// explain runs the failing schedule once more, to tell what happened.
func (s *search) explain(x *Run) *Failure {
	f := &Failure{What: x.failure, Schedule: scheduleText(x.taken), After: s.result.Schedules}
	list, _ := parseSchedule(f.Schedule)
	again := s.newRun(&replay{list})
	again.told = &f.Trace
	again.perform(s.program)
	s.last = again
	if headline(again.failure) == headline(x.failure) {
		f.What = again.failure
	} else {
		f.What += "\n(the schedule did not do it again; what it did then: " + again.failure + ")"
	}
	return f
}

// headline leaves stacks and places out, which are not told twice alike.
func headline(failure string) string {
	line, _, _ := strings.Cut(failure, "\n")
	line, _, _ = strings.Cut(line, " (at ")
	return line
}

func (s *search) stop() {
	if s.last != nil {
		for _, t := range slices.Concat(s.last.idle, s.last.threads) {
			t.stop()
		}
	}
}

// Package bench is a library of scenarios that are run on the engine and verified: each has a
// topology, the messages that go through it, and the knowledge of what must arrive where.
//
//	s, _ := bench.Find("1to4")
//	r, err := bench.Run(ctx, s, bench.Load{Duration: 5 * time.Second, WarmUp: time.Second})
//
// Every message carries its source, its sequence number and the time at which it was meant to be
// sent. Every sink checks every message: what is lost, duplicated, reordered or garbled makes Run
// return an error.
package bench

import (
	"slices"
	"time"

	"github.com/millrace/millrace/engine"
)

// Scenario is a topology with the messages that go through it. The ones of All are constants; a
// copy may be changed in its exported fields.
type Scenario struct {
	Name     string // such as "1to4"; fit for a command line, unique in All
	Summary  string // one line
	Topology string // an ASCII drawing, several lines
	Content  int    // bytes of content of each message

	// Wrap, if set, makes the handler that is attached for the module of that name out of the
	// scenario's own. It is for tests that inject a fault to see it found.
	Wrap func(module string, h engine.Handler) engine.Handler

	properties []pair // of every message, beside those that the run needs
	sources    []source
	stages     []stage
	sinks      []sink
	links      []engine.Link
}

// pair is a property of every message.
type pair struct{ key, value string }

// source publishes the stream of its own label.
type source struct{ name string }

// stage passes on a new message for each one that it receives.
type stage struct {
	name  string
	label byte // of the stream it passes on; 0: as it came
}

// sink receives streams and checks them.
type sink struct {
	name  string
	takes []stream
	lossy bool          // its link drops: gaps are in order if the link counts them
	pause time.Duration // after each batch
}

// stream is a run of sequence numbers that reaches a sink in order: first, first + step, and so on.
type stream struct {
	label       byte
	source      int // whose numbers these are: index in Scenario.sources
	first, step uint64
}

// All returns the scenarios, from the simplest on.
func All() []Scenario {
	all := []Scenario{
		oneToOne(), fanOut(4), fanIn(4), pipeline(), chain(16), star(15), diamond(), filtered(),
		slowSink(), telemetry(),
	}
	for _, size := range []int{0, 1 << 10, 4 << 10, 16 << 10, 64 << 10} {
		all = append(all, sized(size))
	}
	return all
}

// Find returns the scenario of that name.
func Find(name string) (Scenario, bool) {
	all := All()
	i := slices.IndexFunc(all, func(s Scenario) bool { return s.Name == name })
	if i < 0 {
		return Scenario{}, false
	}
	return all[i], true
}

// Modules returns how many modules the scenario has.
func (s Scenario) Modules() int { return len(s.sources) + len(s.stages) + len(s.sinks) }

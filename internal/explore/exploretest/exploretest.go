// Package exploretest runs explorations as Go tests. The flags of a test binary that uses it:
//
//	-explore.whole          search with the larger bounds
//	-explore.random N       run N schedules of random priorities instead of searching
//	-explore.seed N         the seed of these; by default 1
//	-explore.replay STRING  run one schedule, as a failure printed it; with -run for its test
//	-explore.report FILE    append a line of JSON for each search
package exploretest

import (
	"encoding/json"
	"flag"
	"os"
	"testing"

	"github.com/millrace/millrace/internal/explore"
)

var (
	whole  = flag.Bool("explore.whole", false, "search with the larger bounds")
	random = flag.Int("explore.random", 0, "run so `many` random schedules instead of searching")
	seed   = flag.Uint64("explore.seed", 1, "the seed of random schedules")
	replay = flag.String("explore.replay", "", "run only this `schedule`")
	report = flag.String("explore.report", "", "append the figures to this `file`, as lines of JSON")
)

// Any is a bound on preemptions that allows any number of them.
const Any = 0

// Exhaust runs the program by every interleaving and expects all of them to keep its promises. The
// reduction behind it sees atomics, locks, tokens and declared accesses: what threads tell each other
// otherwise, in the program or in its checks, it takes for independent. Where that matters Bound,
// which knows no reduction, belongs beside it.
func Exhaust(t *testing.T, program func(*explore.Run)) {
	t.Helper()
	run(t, explore.Options{}, program)
}

// Bound runs the program by every schedule of so many preemptions at most, of short ones in ordinary
// tests and of long ones with -explore.whole.
func Bound(t *testing.T, short, long int, program func(*explore.Run)) {
	t.Helper()
	run(t, explore.Options{Preemptions: bound(short, long)}, program)
}

// Observe is Bound, but only the thread of that name is preempted: the others run until they block,
// pause or end. It is for one that looks several times at what the others do in between.
func Observe(t *testing.T, thread string, short, long int, program func(*explore.Run)) {
	t.Helper()
	run(t, explore.Options{Preemptions: bound(short, long), Preempted: thread}, program)
}

func bound(short, long int) int {
	if *whole {
		return long
	}
	return short
}

func run(t *testing.T, o explore.Options, program func(*explore.Run)) {
	t.Helper()
	if *random > 0 {
		o = explore.Options{Random: *random, Seed: *seed}
	}
	o.Replay = *replay
	r := explore.Search(o, program)
	if *report != "" {
		write(t, o, r)
	}
	switch {
	case r.Failure != nil:
		t.Fatalf("%v\n\nagain: go test -tags explore -run '^%s$' -args -explore.replay '%s'",
			r.Failure, t.Name(), r.Failure.Schedule)
	case !r.Exhausted && o.Random == 0 && o.Replay == "":
		t.Fatal("not exhausted")
	}
	t.Log(r)
}

// Line is what -explore.report writes for each search.
type Line struct {
	Test        string
	Preemptions int    // the bound; 0: none
	Preempted   string // the only thread that was
	Random      int    // schedules of random priorities; 0: a search
	Result      explore.Result
}

func write(t *testing.T, o explore.Options, r explore.Result) {
	t.Helper()
	line, err := json.Marshal(Line{t.Name(), o.Preemptions, o.Preempted, o.Random, r})
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(*report, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.Write(append(line, '\n')); err != nil {
		t.Fatal(err)
	}
}

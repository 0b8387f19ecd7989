package explore_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/millrace/millrace/internal/explore"
)

// word is an atomic as internal/atom makes them.
type word struct {
	at explore.Place
	is int
}

func (w *word) load() int   { w.at.Load(); return w.is }
func (w *word) store(v int) { w.at.Store(); w.is = v }
func (w *word) add(v int)   { w.at.Update(); w.is += v }

func (w *word) swap(before, after int) bool {
	w.at.Attempt()
	swapped := w.is == before
	if swapped {
		w.is = after
	}
	w.at.Attempted(swapped)
	return swapped
}

// mustFail searches and expects a failure that says so, which its schedule repeats.
func mustFail(t *testing.T, o explore.Options, says string, program func(*explore.Run)) *explore.Failure {
	t.Helper()
	r := explore.Search(o, program)
	if r.Failure == nil || !strings.Contains(r.Failure.What, says) {
		t.Fatalf("%v and failure %v, wanted one that says %q", r, r.Failure, says)
	}
	again := explore.Search(explore.Options{Replay: r.Failure.Schedule, Operations: o.Operations}, program)
	if again.Failure == nil || firstLine(again.Failure.What) != firstLine(r.Failure.What) || again.Schedules != 1 {
		t.Fatalf("its schedule %s gave %v", r.Failure.Schedule, again.Failure)
	}
	if strings.Contains(r.Failure.What, "did not do it again") {
		t.Fatal(r.Failure.What)
	}
	return r.Failure
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}

// mustHold searches and expects to find nothing in all there is.
func mustHold(t *testing.T, o explore.Options, program func(*explore.Run)) explore.Result {
	t.Helper()
	r := explore.Search(o, program)
	if r.Failure != nil || !r.Exhausted {
		t.Fatalf("%v\n%v", r, r.Failure)
	}
	return r
}

// lostUpdate is the oldest mistake: a load and a store that are not one.
func lostUpdate(x *explore.Run) {
	w := &word{}
	for _, name := range []string{"one", "other"} {
		x.Go(name, func() { w.store(w.load() + 1) })
	}
	x.Finally(func() { x.Check(w.is == 2, "%d after two increments", w.is) })
}

func TestALostUpdateIsFoundAndTold(t *testing.T) {
	f := mustFail(t, explore.Options{}, "1 after two increments", lostUpdate)
	if f.Schedule != "ab2a" && f.Schedule != "aba" && f.Schedule != "abab" {
		t.Errorf("schedule %s", f.Schedule)
	}
	if len(f.Trace) != 4 || !strings.HasPrefix(f.Trace[0], "one ") || !strings.Contains(f.Trace[0], "search_test.go:") {
		t.Errorf("trace %q", f.Trace)
	}
	mustFail(t, explore.Options{Preemptions: 1}, "1 after two", lostUpdate)
	mustFail(t, explore.Options{Random: 1000}, "1 after two", lostUpdate)
}

func TestAnUpdateIsOneOperation(t *testing.T) {
	r := mustHold(t, explore.Options{}, func(x *explore.Run) {
		w, v := &word{}, &word{}
		for _, name := range []string{"one", "two", "three"} {
			x.Go(name, func() {
				w.add(1)
				for !v.swap(v.load(), v.is+1) {
				}
			})
		}
		x.Finally(func() { x.Check(w.is == 3 && v.is == 3, "%d and %d", w.is, v.is) })
	})
	if r.Schedules < 36 { // 3! orders of the additions times 3! of the swaps at least
		t.Errorf("%d schedules", r.Schedules)
	}
}

func TestADeadlockIsFound(t *testing.T) {
	f := mustFail(t, explore.Options{}, "deadlock: one waits to lock, other waits to lock", func(x *explore.Run) {
		var a, b explore.Place
		both := func(first, second *explore.Place) func() {
			return func() {
				first.Lock()
				second.Lock()
				second.Unlock()
				first.Unlock()
			}
		}
		x.Go("one", both(&a, &b))
		x.Go("other", both(&b, &a))
	})
	if f.Schedule != "ab" {
		t.Errorf("schedule %s", f.Schedule)
	}
}

func TestATokenIsForOne(t *testing.T) {
	mustFail(t, explore.Options{}, "deadlock: second waits to take", func(x *explore.Run) {
		var token explore.Place
		x.Go("first", func() { token.Take() })
		x.Go("giver", func() { token.Give() })
		x.Go("second", func() { token.Take() })
	})
	mustFail(t, explore.Options{}, "deadlock: giver waits to give", func(x *explore.Run) {
		var token explore.Place
		x.Go("giver", func() { token.Give(); token.Give() })
	})
}

func TestALivelockIsFound(t *testing.T) {
	f := mustFail(t, explore.Options{Operations: 100}, "livelock: 100 operations", func(x *explore.Run) {
		w := &word{}
		x.Go("spins", func() {
			for w.load() == 0 {
			}
		})
		x.Go("helps", func() { w.store(1) })
	})
	if len(f.Trace) != 100 || f.Schedule != "a100" {
		t.Errorf("%d operations by %s", len(f.Trace), f.Schedule)
	}
}

// A thread that pauses until something changes is not run in vain, unless nobody else can run: then
// it may give up, or never end.
func TestPausesAreFair(t *testing.T) {
	wait := func(w *word) {
		for w.load() == 0 {
			explore.Pause()
		}
	}
	r := mustHold(t, explore.Options{}, func(x *explore.Run) {
		w := &word{}
		x.Go("waits", func() { wait(w) })
		x.Go("helps", func() { w.store(1) })
	})
	if r.Longest > 8 || r.Longest < 3 {
		t.Errorf("%d operations", r.Longest)
	}
	mustFail(t, explore.Options{}, "livelock: ", func(x *explore.Run) {
		w := &word{}
		x.Go("waits", func() { wait(w) })
	})
	mustFail(t, explore.Options{}, "went on", func(x *explore.Run) { // one pause in vain is allowed
		w, v := &word{}, &word{}
		x.Go("pauses", func() {
			changed := w.load() == 0
			explore.Pause()
			changed = changed && w.load() == 1
			explore.Pause()
			x.Check(!changed || v.load() == 1, "went on")
		})
		x.Go("changes", func() { w.store(1); v.store(1) })
	})
	mustHold(t, explore.Options{}, func(x *explore.Run) {
		w := &word{}
		x.Go("gives up", func() {
			for n := 0; n < 5 && w.load() == 0; n++ {
				explore.Pause()
			}
		})
	})
}

func TestAPanicIsTold(t *testing.T) {
	f := mustFail(t, explore.Options{}, "panic in thrower: runtime error: index out of range", func(x *explore.Run) {
		w := &word{}
		x.Go("thrower", func() { _ = make([]int, 1)[w.load()] })
		x.Go("other", func() { w.store(1) })
	})
	if !strings.Contains(f.What, "search_test.go") {
		t.Error("where it was is not told")
	}
	mustFail(t, explore.Options{}, "panic at the end: too bad", func(x *explore.Run) {
		x.Finally(func() { panic("too bad") })
	})
}

// Deferred calls of a thread that is given up run, without a part in the schedule.
func TestThreadsThatAreGivenUpUnwind(t *testing.T) {
	begun, ended := 0, 0
	r := explore.Search(explore.Options{}, func(x *explore.Run) {
		var m, token explore.Place
		for _, name := range []string{"one", "other", "third"} {
			x.Go(name, func() {
				begun++
				defer func() { m.Unlock(); m.Lock(); ended++ }()
				m.Lock()
				token.Take()
			})
		}
	})
	if r.Failure == nil || begun == 0 || begun != ended {
		t.Fatalf("%d begun, %d ended, %v", begun, ended, r.Failure)
	}
}

func TestEveryChoiceIsTried(t *testing.T) {
	var seen []int
	r := mustHold(t, explore.Options{}, func(x *explore.Run) {
		w := &word{}
		x.Go("chooser", func() {
			w.store(0)
			v := 10*explore.Choose(3) + explore.Choose(2)
			if v == 21 {
				v += explore.Choose(2)
			}
			w.store(v)
		})
		x.Finally(func() { seen = append(seen, w.is) })
	})
	if want := []int{0, 1, 10, 11, 20, 21, 22}; !slices.Equal(seen, want) || r.Schedules != len(want) {
		t.Fatalf("%v by %d schedules", seen, r.Schedules)
	}
	f := mustFail(t, explore.Options{}, "two", func(x *explore.Run) {
		x.Go("chooser", func() { x.Check(explore.Choose(3) != 2, "two") })
	})
	if f.Schedule != "a+2" {
		t.Errorf("schedule %s", f.Schedule)
	}
}

// A wait that may be given up is given up when there is nothing, and when there is, too.
func TestAWaitMayBeGivenUpAtAnyMoment(t *testing.T) {
	outcomes := make(map[[2]bool]bool)
	mustHold(t, explore.Options{}, func(x *explore.Run) {
		var token explore.Place
		given := &word{}
		x.Go("giver", func() { token.Give(); given.store(1) })
		x.Go("hasty", func() {
			took, explored := token.TakeOrNot()
			x.Check(explored, "not explored")
			outcomes[[2]bool{took, given.load() == 1}] = true
		})
	})
	if len(outcomes) != 4 {
		t.Errorf("outcomes %v", outcomes)
	}
	took := make(map[bool]bool)
	mustHold(t, explore.Options{}, func(x *explore.Run) {
		var token explore.Place
		token.Give()
		x.Go("hasty", func() {
			got, _ := token.TakeOrNot()
			took[got] = true
		})
	})
	if len(took) != 2 {
		t.Errorf("with a token there: %v", took)
	}
}

func TestAProgramThatIsNotDeterministicIsTold(t *testing.T) {
	runs := 0
	r := explore.Search(explore.Options{}, func(x *explore.Run) {
		runs++
		w, token := &word{}, &explore.Place{}
		x.Go("one", func() {
			if runs == 2 {
				token.Take()
			}
			w.add(1)
		})
		x.Go("other", func() { w.add(1); w.add(1) })
	})
	if r.Failure == nil || !strings.Contains(r.Failure.What, "the program is not deterministic") {
		t.Fatal(r.Failure)
	}
}

func TestNothingIsExploredOutside(t *testing.T) {
	var p explore.Place
	if p.Lock() || p.Unlock() || p.Give() || p.Take() || explore.Pause() || explore.Choose(9) != 0 {
		t.Fatal("explored")
	}
	if took, explored := p.TakeOrNot(); took || explored {
		t.Fatal("explored")
	}
	p.Load()
	p.Attempt()
	p.Attempted(true)
	explore.Reads(&p)
	explore.Writes(&p)
}

func TestAScheduleThatDoesNotFitIsRefused(t *testing.T) {
	for schedule, says := range map[string]string{
		"ab!": "neither a thread nor a value", "+": "neither", "a99999999999999999999": "neither",
		"zz": "neither", "c": "does not fit", "a+1": "does not fit", "a9": "does not fit",
	} {
		r := explore.Search(explore.Options{Replay: schedule}, lostUpdate)
		if r.Failure == nil || !strings.Contains(r.Failure.What, says) {
			t.Errorf("%s: %v", schedule, r.Failure)
		}
	}
	if r := explore.Search(explore.Options{Replay: "a2b2"}, lostUpdate); r.Failure != nil {
		t.Error(r.Failure)
	}
}

func TestTheSameSeedDoesTheSame(t *testing.T) {
	search := func(seed uint64) explore.Result {
		r := explore.Search(explore.Options{Random: 500, Seed: seed}, lostUpdate)
		r.Elapsed = 0
		return r
	}
	found := make(map[int]bool)
	for seed := range uint64(20) {
		a, b := search(seed), search(seed)
		if a.Failure == nil || b.Failure == nil || a.Failure.Schedule != b.Failure.Schedule || a.Failure.After != b.Failure.After {
			t.Fatalf("seed %d: %v and %v", seed, a.Failure, b.Failure)
		}
		found[a.Failure.After] = true
	}
	if len(found) < 2 {
		t.Error("every seed does the same")
	}
}

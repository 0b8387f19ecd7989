package explore

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// preemptions counts those of a schedule, as the package comment has it, by looking at it from the
// outside: switches away from a thread that could go on.
func preemptions(path []node, only int) (count int, others bool) {
	for i := range path {
		n := &path[i]
		if n.previous != nobody && n.chosen != n.previous && n.enabled.has(n.previous) && !n.pauses {
			count++
			others = others || n.previous != only
		}
	}
	return count, others
}

// within counts the schedules of a program with so many preemptions at most, by running them all;
// with a thread's name only those in which no other thread is preempted.
func within(p program, bound, only int) (count int) {
	d := &tree{plain: true}
	s := &search{options: Options{Operations: 1000}}
	defer s.stop()
	for more := true; more; more = d.next() {
		d.begin()
		x := s.newRun(d)
		x.perform(p.start)
		s.last = x
		if n, others := preemptions(d.path, only); n <= bound && (only == nobody || !others) {
			count++
		}
	}
	return count
}

func TestABoundRunsExactlyWhatIsWithinIt(t *testing.T) {
	total := 0
	for i := range 150 / share {
		p := randomProgram(rand.New(rand.NewPCG(uint64(i), 7)), 3, 2)
		for bound := 1; bound <= 3; bound++ {
			d := &tree{plain: true, bound: bound}
			_, _, got := outcomes(d, p)
			if want := within(p, bound, nobody); got != want {
				t.Fatalf("%d schedules within %d preemptions, not %d, of\n%v", got, bound, want, p)
			}
			d = &tree{plain: true, bound: bound, preempted: "1"}
			_, _, got = outcomes(d, p)
			if want := within(p, bound, 1); got != want {
				t.Fatalf("%d schedules where 1 is preempted %d times, not %d, of\n%v", got, bound, want, p)
			}
			total += got
		}
	}
	t.Log(total)
}

// The schedules of two threads of n operations each on one place, by their number of preemptions:
// the figures can be counted by hand.
func TestBoundsByHand(t *testing.T) {
	for bound, want := range []int{0: 6, 1: 4, 2: 6} { // of two threads with two operations each
		r := Search(Options{Preemptions: bound}, func(x *Run) {
			var p Place
			for i := range 2 {
				x.Go(fmt.Sprint(i), func() { p.Update(); p.Update() })
			}
		})
		if r.Schedules != want || !r.Exhausted {
			t.Errorf("bound %d: %v, wanted %d", bound, r, want)
		}
	}
}

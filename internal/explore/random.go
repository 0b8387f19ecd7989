package explore

import (
	"math/rand/v2"
	"slices"
)

// random makes schedules by random priorities: whoever has the highest runs, and at a few random
// moments the one that runs falls below all others. A bug that needs d events in a certain order
// is found by d-1 such moments with a probability of at least 1/(n*k^(d-1)) a schedule of n threads
// and k operations (PCT: Burckhardt, Kothari, Musuvathi and Nagarakatte, ASPLOS 2010).
type random struct {
	source   *rand.Rand
	depth    int   // d
	longest  int   // operations of the longest schedule so far
	priority []int // threads, the highest first
	changes  []int // operations before which the running one falls
	step     int
}

func (r *random) begin(threads int) {
	r.step = 0
	r.priority = r.source.Perm(threads)
	r.changes = r.changes[:0]
	for range r.depth - 1 {
		r.changes = append(r.changes, r.source.IntN(max(r.longest, 1)))
	}
}

func (r *random) thread(x *Run, enabled set) int {
	if r.step == 0 {
		r.begin(len(x.threads))
	}
	best := r.best(enabled)
	for _, at := range r.changes {
		if at == r.step {
			r.demote(best)
			best = r.best(enabled)
		}
	}
	r.step++
	r.longest = max(r.longest, r.step)
	return best
}

func (r *random) best(enabled set) int {
	for _, thread := range r.priority {
		if enabled.has(thread) {
			return thread
		}
	}
	return nobody
}

func (r *random) demote(thread int) {
	r.priority = slices.DeleteFunc(r.priority, func(other int) bool { return other == thread })
	r.priority = append(r.priority, thread)
}

func (r *random) value(n int) int { return r.source.IntN(n) }

func (r *random) observe(*Run, *event) {}

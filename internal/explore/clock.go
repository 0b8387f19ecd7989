package explore

// MaxThreads is how many threads a program may have.
const MaxThreads = 6

// clock is a vector clock: how much of each thread has happened before (Lamport 1978; Mattern 1989).
type clock [MaxThreads]uint32

func (c *clock) join(other *clock) {
	for i, n := range other {
		c[i] = max(c[i], n)
	}
}

// set is a set of threads.
type set uint8

func only(thread int) set { return 1 << thread }

func (s set) has(thread int) bool { return s&only(thread) != 0 }

// first returns the lowest member; s is not empty.
func (s set) first() int {
	for i := range MaxThreads {
		if s.has(i) {
			return i
		}
	}
	panic("explore: first of an empty set")
}

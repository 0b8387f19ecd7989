// Package explore runs concurrent code under every interleaving of its threads. It is for tests: the
// build tag explore turns the operations of internal/atom and internal/park into yield points of
// this package, so that the code that ships is the code that is explored. Nothing of it is linked
// into other builds.
//
// A program sets shared state up, starts a few threads and says what must hold:
//
//	explore.Search(explore.Options{}, func(x *explore.Run) {
//		r := ring.New[int](2, park.NewBell())
//		x.Go("producer", func() { _ = r.PushOne(1) })
//		x.Go("consumer", func() { r.Sleep(); x.Check(r.Drain(make([]int, 1)) == 1, "nothing there") })
//	})
//
// Threads are coroutines (iter.Pull) of which one runs at a time, and only between operations that
// others can see. Search runs the program again and again, each time by another schedule, until
// there is none left that could show something new.
//
// # What is explored
//
// Go's atomics are sequentially consistent, so all that a program without data races can do is what
// some interleaving of its atomic operations, locks and sleeps does. Data races are looked for on
// the way, by vector clocks, among the accesses that the code declares by atom.Reads and
// atom.Writes: a value that is published before it was written is found in every schedule in which
// somebody reads it, and not only in those that happen to read the wrong bytes.
//
// # How
//
// With no bound on preemptions: dynamic partial-order reduction with source sets (Abdulla, Aronis,
// Jonsson and Sagonas, POPL 2014) and sleep sets (Godefroid, LNCS 1032). Of the schedules that differ
// only in the order of operations which do not depend on each other one is run, so that a search
// that ends has shown every interleaving. Locks, tokens and pauses, which the paper's language does
// not have, are an extension of ours: see visit.possible and tree.giveUp. With a bound: every schedule within
// it (Musuvathi and Qadeer, PLDI 2007), without reduction. The two do not mix simply: what the
// reduction leaves out may be the one schedule of its kind within the bound (Coons, Musuvathi and
// McKinley, OOPSLA 2013), and without a bound the reduction runs fewer schedules than a bound of 3
// on most of our programs. What both find is compared with plain enumeration on random programs
// in this package's tests. For what is too large: schedules of random priorities (PCT: Burckhardt
// and others, ASPLOS 2010).
//
// # Limits
//
// Memory that is neither atomic nor declared is taken for guarded: a mistake there is for the race
// detector, though a search with a bound, which knows no reduction, finds many of them too.
//
// Explored code starts no goroutine and blocks only in internal/park. Time does not pass: a wait
// with a timeout may end at any moment, which is explored too. A thread that pauses (park.Yield)
// twice and has seen nothing change in between is not run again until something has, or nobody else
// can run. A program must do the same by the same schedule: a walk over a map, say, is not to decide what it does.
package explore

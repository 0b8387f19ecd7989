package engine

import "sort"

// ledger is what a source published, or what all did, by moment. A moment is the number of a change
// of links: what a publisher publishes under one plan belongs to the moment of that plan. So what was
// published along a link is what was published from the moment in which it appeared to the one in
// which it went, and nothing is counted link by link. Guarded by Engine.mu.
//
// Only moments in which some link appears or goes are told apart: those marked. A question costs the
// logarithm of their number (Fenwick 1994).
type ledger struct {
	marks  []mark   // sorted by moment
	sums   []record // beside marks: see prefix
	unused int      // marks that no link has
}

// mark begins a stretch of moments, up to the next mark.
type mark struct {
	moment uint64
	users  int // links that appear or go
}

// record is what belongs to a stretch.
type record struct {
	published uint64
	plans     uint64 // of publishers, that stand
}

func (r record) plus(o record) record {
	return record{r.published + o.published, r.plans + o.plans}
}

func (r record) minus(o record) record {
	return record{r.published - o.published, r.plans - o.plans}
}

// lowest returns the lowest bit of a number: how many stretches a sum spans.
func lowest(i int) int { return i & -i }

// prefix adds up the first n stretches. The sum at i-1 is that of the lowest(i) stretches up to the
// i-th.
func (l *ledger) prefix(n int) (r record) {
	for ; n > 0; n -= lowest(n) {
		r = r.plus(l.sums[n-1])
	}
	return r
}

// before returns how many stretches begin before a moment or, with after, at it too.
func (l *ledger) before(moment uint64, after bool) int {
	return sort.Search(len(l.marks), func(i int) bool {
		return l.marks[i].moment > moment || l.marks[i].moment == moment && !after
	})
}

// begin marks a moment, the latest of all, for a link. end gives the mark up.
func (l *ledger) begin(moment uint64) {
	if last := len(l.marks) - 1; last < 0 || l.marks[last].moment != moment {
		l.push(mark{moment: moment})
		l.unused++
	}
	m := &l.marks[len(l.marks)-1]
	if m.users == 0 {
		l.unused--
	}
	m.users++
}

// push begins a stretch to which nothing belongs yet.
func (l *ledger) push(m mark) {
	n := len(l.marks) + 1
	l.marks = append(l.marks, m)
	l.sums = append(l.sums, l.prefix(n-1).minus(l.prefix(n-lowest(n))))
}

func (l *ledger) end(moment uint64) {
	m := &l.marks[l.before(moment, true)-1]
	m.users--
	if m.users > 0 {
		return
	}
	l.unused++
	if l.unused > 8+len(l.marks)/2 || l.unused == len(l.marks) {
		l.compact()
	}
}

// compact joins the stretches of marks that no link has to those before them.
func (l *ledger) compact() {
	old := *l
	*l = ledger{}
	for i, m := range old.marks {
		if m.users > 0 {
			l.push(m)
		}
		l.add(m.moment, old.prefix(i+1).minus(old.prefix(i)))
	}
}

// add adds to what belongs to a moment. What is before all marks is asked for by nobody.
func (l *ledger) add(moment uint64, r record) {
	for i := l.before(moment, true); i > 0 && i <= len(l.sums); i += lowest(i) {
		l.sums[i-1] = l.sums[i-1].plus(r)
	}
}

// between adds up what belongs to the moments from one mark on, and before another if that is not
// zero.
func (l *ledger) between(from, until uint64) record {
	end := len(l.marks)
	if until != 0 {
		end = l.before(until, false)
	}
	return l.prefix(end).minus(l.prefix(l.before(from, false)))
}

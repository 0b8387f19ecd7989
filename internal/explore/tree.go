package explore

// tree is the search: the schedule being run, and what is left to try at each of its decisions. Run
// by run it visits, in depth-first order, every schedule that could show something new.
type tree struct {
	bound     int    // preemptions a schedule may have; 0: any number
	plain     bool   // no reduction
	preempted string // the only thread that is preempted; "": any may be
	path      []node
	at        int  // how much of path this run has followed
	known     int  // how many decisions were observed in the run before
	values    int  // how much of the node's values this run has followed
	pruned    bool // this run was given up, for what it led to was seen before
	races     []int
}

// node is one decision of a schedule.
type node struct {
	enabled   set
	backtrack set     // to be tried here
	done      set     // tried
	sleep     set     // need not be tried: would lead to what was seen before
	chosen    int     // being tried
	previous  int     // who ran before, or nobody
	spent     int     // preemptions so far
	firm      bool    // whoever ran before is not to be preempted
	pauses    bool    // whoever ran before pauses: to run another is no preemption
	values    []value // what Choose returned after the step
}

type value struct{ is, below int }

func (d *tree) begin() { d.at, d.values, d.pruned, d.known = 0, 0, false, max(len(d.path)-1, 0) }

func (d *tree) thread(x *Run, enabled set) int {
	if d.at == len(d.path) {
		n := d.newNode(x, enabled)
		if n.chosen == nobody {
			d.giveUp(x, enabled)
			return nobody
		}
		d.path = append(d.path, n)
	}
	d.values = 0
	d.at++
	n := &d.path[d.at-1]
	if n.enabled != enabled {
		x.fail("the program is not deterministic: by the same schedule other threads could run than before")
		return nobody
	}
	return n.chosen
}

// giveUp ends a run: all that could go on sleep, or nobody could. What the blocked threads wait for
// may be reversible all the same.
func (d *tree) giveUp(x *Run, enabled set) {
	d.pruned = enabled != 0
	for _, t := range x.threads {
		if !t.finished && !enabled.has(t.id) {
			e := t.newEvent(t.next.kind, t.next.place)
			d.observe(x, &e)
		}
	}
}

func (d *tree) value(n int) int {
	list := &d.path[d.at-1].values
	if d.values == len(*list) {
		*list = append(*list, value{0, n})
	}
	d.values++
	return (*list)[d.values-1].is
}

func (d *tree) newNode(x *Run, enabled set) node {
	n := node{enabled: enabled, previous: nobody}
	if d.at > 0 {
		parent := &d.path[d.at-1]
		n.previous = parent.chosen
		n.spent = parent.spent + parent.cost(parent.chosen)
		last := x.threads[n.previous]
		n.firm = d.preempted != "" && d.preempted != last.name
		n.pauses = last.next.kind == pause
		n.sleep = d.inherit(x, parent)
	}
	n.chosen = n.start()
	switch {
	case d.plain:
		n.backtrack = enabled
	case n.chosen != nobody:
		n.backtrack = only(n.chosen)
	}
	return n
}

// inherit returns who sleeps on after the parent's step: whoever it does not concern.
func (d *tree) inherit(x *Run, parent *node) (sleep set) {
	if d.plain {
		return 0
	}
	event := &x.trace[len(x.trace)-1]
	for i, t := range x.threads {
		if (parent.sleep | parent.done).has(i) && i != parent.chosen && !event.concerns(t) {
			sleep |= only(i)
		}
	}
	return sleep
}

// start returns who is tried first: whoever ran before, for that costs no preemption.
func (n *node) start() int {
	free := n.enabled &^ n.sleep
	switch {
	case free == 0:
		return nobody
	case n.previous != nobody && free.has(n.previous):
		return n.previous
	}
	return free.first()
}

// cost returns how many preemptions it takes to run a thread next.
func (n *node) cost(thread int) int {
	if n.previous == nobody || n.previous == thread || !n.enabled.has(n.previous) || n.pauses {
		return 0
	}
	return 1
}

// next prepares the next schedule; it returns false when there is none left.
func (d *tree) next() bool {
	for len(d.path) > 0 {
		n := &d.path[len(d.path)-1]
		if n.nextValue() {
			return true
		}
		n.done |= only(n.chosen)
		if n.chosen = d.untried(n); n.chosen != nobody {
			return true
		}
		d.path = d.path[:len(d.path)-1]
	}
	return false
}

func (n *node) nextValue() bool {
	for i := len(n.values) - 1; i >= 0; i-- {
		if v := &n.values[i]; v.is+1 < v.below {
			v.is++
			n.values = n.values[:i+1]
			return true
		}
	}
	n.values = n.values[:0]
	return false
}

func (d *tree) untried(n *node) int {
	for i := range MaxThreads {
		if (n.backtrack &^ n.done &^ n.sleep).has(i) && d.affords(n, i) {
			return i
		}
	}
	return nobody
}

// affords tells whether a thread can be next within the bound.
func (d *tree) affords(n *node, thread int) bool {
	cost := n.cost(thread)
	return cost == 0 || !n.firm && (d.bound == 0 || n.spent+cost <= d.bound)
}

package explore

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// The search is compared with plain enumeration on random programs: threads of a few operations on
// two variables, two mutexes and a token. What can be observed (every value that a thread read, and
// deadlocks) must be the same.

type instruction struct {
	kind  kind
	which int
	value int
}

type program [][]instruction

func randomProgram(r *rand.Rand, threads, most int) program {
	p := make(program, threads)
	for i := range p {
		for n := 1 + r.IntN(most); len(p[i]) < n; {
			p[i] = append(p[i], randomInstructions(r)...)
		}
	}
	return p
}

func randomInstructions(r *rand.Rand) []instruction {
	which, value := r.IntN(2), 1+r.IntN(3)
	switch r.IntN(13) {
	case 0, 1, 2:
		return []instruction{{load, which, 0}}
	case 3, 4:
		return []instruction{{store, which, value}}
	case 5, 6:
		return []instruction{{update, which, value}}
	case 7:
		return []instruction{{lock, which, 0}, {load, 1 - which, 0}, {unlock, which, 0}}
	case 8:
		return []instruction{{lock, which, 0}, {lock, 1 - which, 0}, {unlock, 1 - which, 0}, {unlock, which, 0}}
	case 9:
		return []instruction{{give, 0, 0}}
	case 10:
		return []instruction{{takeOrNot, 0, 0}}
	case 11:
		return []instruction{{take, 0, 0}}
	default:
		return []instruction{{pause, 0, 0}}
	}
}

// certain tells whether it is known beforehand what each operation depends on. Otherwise the
// reduction expects the worst, and may explore one order more than once.
func (p program) certain() bool {
	for _, list := range p {
		for _, i := range list {
			if i.kind == update || i.kind == takeOrNot || i.kind == pause {
				return false
			}
		}
	}
	return true
}

// machine is the state that a program works on.
type machine struct {
	variables [2]struct {
		Place
		is int
	}
	mutexes [2]Place
	token   Place
	seen    [MaxThreads][]int
}

func (m *machine) do(thread int, i instruction) {
	v := &m.variables[i.which]
	switch i.kind {
	case load:
		v.Load()
		m.see(thread, v.is)
	case store:
		v.Store()
		v.is = i.value
	case update:
		v.Attempt()
		swapped := v.is < i.value
		if swapped {
			v.is += i.value
		}
		v.Attempted(swapped)
		m.see(thread, v.is)
	case lock:
		m.mutexes[i.which].Lock()
	case unlock:
		m.mutexes[i.which].Unlock()
	case give:
		m.token.Give()
	case take:
		m.token.Take()
	case takeOrNot:
		took, _ := m.token.TakeOrNot()
		m.see(thread, map[bool]int{true: 1}[took])
	case pause:
		Pause()
	}
}

func (m *machine) see(thread, value int) { m.seen[thread] = append(m.seen[thread], value) }

// start runs the program on a machine of its own.
func (p program) start(x *Run) { p.startOn(&machine{}, x) }

func (p program) startOn(m *machine, x *Run) {
	for i, list := range p {
		x.Go(fmt.Sprint(i), func() {
			for _, in := range list {
				m.do(i, in)
			}
		})
	}
}

// outcomes runs every schedule of a tree and returns what was observed, and which partial orders of
// events there were.
func outcomes(d *tree, p program) (seen, orders map[string]int, schedules int) {
	seen, orders = make(map[string]int), make(map[string]int)
	s := &search{options: Options{Operations: 1000}}
	defer s.stop()
	for more := true; more; more = d.next() {
		m := &machine{}
		d.begin()
		x := s.newRun(d)
		x.perform(func(x *Run) { p.startOn(m, x) })
		s.last = x
		if d.pruned {
			continue
		}
		schedules++
		seen[fmt.Sprint(m.seen, m.variables[0].is, m.variables[1].is, x.failure)]++
		orders[orderOf(x.trace, m)]++
	}
	return seen, orders, schedules
}

// orderOf names the trace up to the order of independent events.
func orderOf(trace []event, m *machine) string {
	var list []string
	for i, e := range trace {
		var before []string
		for j, b := range trace[:i] {
			for _, v := range b.visits {
				if e.at(v.place) != nil && dependent(b.kind, e.kind) {
					before = append(before, fmt.Sprintf(" %d.%d", trace[j].thread, trace[j].local))
				}
			}
		}
		slices.Sort(before)
		list = append(list, fmt.Sprintf("%d.%d %v after%s", e.thread, e.local, e.kind, before))
	}
	slices.Sort(list)
	return strings.Join(list, "\n")
}

func compare(t *testing.T, p program) (plain, reduced int) {
	t.Helper()
	want, wantOrders, plain := outcomes(&tree{plain: true}, p)
	got, gotOrders, reduced := outcomes(&tree{}, p)
	for _, key := range slices.Sorted(maps.Keys(want)) {
		if got[key] == 0 {
			t.Fatalf("never observed: %s\nby %d schedules instead of %d of\n%v", key, reduced, plain, p)
		}
	}
	for order, times := range gotOrders {
		if wantOrders[order] == 0 || times > 1 && p.certain() {
			t.Fatalf("an order that was explored %d times, plainly %d times:\n%s\nof %v", times, wantOrders[order], order, p)
		}
	}
	if len(gotOrders) != len(wantOrders) {
		t.Fatalf("%d orders instead of %d of\n%v", len(gotOrders), len(wantOrders), p)
	}
	return plain, reduced
}

func TestReductionMissesNothing(t *testing.T) {
	for _, c := range []struct{ programs, threads, most int }{{1500, 3, 2}, {1000, 2, 5}, {300, 4, 1}} {
		t.Run(fmt.Sprintf("threads=%d,most=%d", c.threads, c.most), func(t *testing.T) {
			plain, reduced := 0, 0
			for i := range c.programs / share {
				r := rand.New(rand.NewPCG(uint64(i), 0))
				a, b := compare(t, randomProgram(r, c.threads, c.most))
				plain, reduced = plain+a, reduced+b
			}
			t.Logf("%d schedules instead of %d", reduced, plain)
		})
	}
}

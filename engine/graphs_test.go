package engine_test

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// graph is which module links to which, and how: graph[i][j] is an index into policies.
type graph [][]int

var policies = []string{"none", "block", "drop_newest", "drop_oldest", "timeout=1ms"}

// The policies that the exhaustive tests mix: no link, or one that waits, or one that drops.
const mixed = 4

// No graph of links deadlocks: every one of up to three modules with every mix of policies, every one
// of four modules with one policy, and mixes by chance of up to six modules. Handlers forward what
// they get, themselves, by relays that they wait for or by publishers of others, in rings of two, with
// much memory or little, and some keep what they get; every module publishes from outside too, and
// links come, go and turn round meanwhile. Then Close must finish, and all promises are held against
// the record.
// A sample of the graphs, or all of them with -args -soak 10000000.
func TestNoDeadlockOnGraphs(t *testing.T) {
	sample(t, "3 modules, every mix", slices.Collect(everyMix(3)), 900)
	sample(t, "4 modules, one policy", slices.Collect(onePolicy(4)), 190)
	sample(t, "mixes by chance", slices.Collect(chance(scaled(2000))), 2000)
}

// There are as many graphs as combinatorics says, so none is forgotten: by Burnside's lemma, and for
// one policy three times as many as sequence A000595 of the OEIS has.
func TestEveryGraphIsThere(t *testing.T) {
	if n := len(slices.Collect(everyMix(3))); n != 4+136+44224 {
		t.Errorf("%d graphs of up to 3 modules, should be %d", n, 4+136+44224)
	}
	if n := len(slices.Collect(onePolicy(4))); n != 3*3044 {
		t.Errorf("%d graphs of 4 modules, should be %d", n, 3*3044)
	}
}

// sample checks some of the graphs, evenly spread, on several engines at a time.
func sample(t *testing.T, name string, all []graph, usual int) {
	t.Run(name, func(t *testing.T) {
		step := max(1, len(all)/scaled(usual))
		began := time.Now()
		var workers sync.WaitGroup
		var next, messages atomic.Int64
		for range 2 * runtime.GOMAXPROCS(0) {
			workers.Go(func() {
				for i := int(next.Add(1)-1) * step; i < len(all) && !t.Failed(); i = int(next.Add(1)-1) * step {
					messages.Add(checkGraph(t, all[i], i))
				}
			})
		}
		workers.Wait()
		checked := (len(all) + step - 1) / step
		t.Logf("%d of %d graphs, %d messages, %.0f engines a second",
			checked, len(all), messages.Load(), float64(checked)/time.Since(began).Seconds())
	})
}

func checkGraph(t *testing.T, g graph, seed int) (received int64) {
	script := g.script(rand.New(rand.NewPCG(1, uint64(seed))))
	r, faults := play(script, false, patience)
	if len(faults) > 0 {
		t.Errorf("%s\n\nas testdata/graph.flow, a hundred times:\n\n%s", faults, strings.Join(script, "\n"))
		return 0
	}
	for _, tap := range r.taps {
		received += int64(len(tap.received))
	}
	return received
}

// script makes a history on the graph.
func (g graph) script(random *rand.Rand) (lines []string) {
	lines = append(lines, []string{
		"engine overflow=300", "engine overflow=3000", "engine", "engine memory=8000 overflow=300",
	}[random.IntN(4)])
	names := letters(len(g))
	for _, name := range names {
		trait := []string{"", "", "relays", "relays", "keeps", "via=" + names[random.IntN(len(names))]}[random.IntN(6)]
		lines = append(lines, strings.TrimSpace(fmt.Sprintf("attach %s capacity=2 forwards=%d %s",
			name, 1+random.IntN(max(1, 5-len(g))), trait)))
	}
	for i, row := range g {
		for j, policy := range row {
			if policy > 0 {
				lines = append(lines, fmt.Sprintf("link %s -> %s %s", names[i], names[j], policies[policy]))
			}
		}
	}
	for i, name := range names {
		from := 10 * (i + 1)
		lines = append(lines,
			fmt.Sprintf("%d: publish %s %d..%d hops=3", i, name, from, from+3),
			fmt.Sprintf("%d: batch %s %d..%d hops=2", i, name, from+4, from+8))
	}
	for range random.IntN(4) { // while they wait
		a, b := names[random.IntN(len(names))], names[random.IntN(len(names))]
		lines = append(lines, fmt.Sprintf("%d: %s", len(names), []string{
			fmt.Sprintf("unlink %s -> %s", a, b), fmt.Sprintf("link %s -> %s block", a, b),
			fmt.Sprintf("apply unlink %s -> %s; link %s -> %s block", a, b, b, a),
		}[random.IntN(3)]))
	}
	return lines
}

// everyMix makes the graphs of up to n modules with every mix of policies, up to renaming.
func everyMix(n int) iter.Seq[graph] {
	return func(yield func(graph) bool) {
		for modules := 1; modules <= n; modules++ {
			for g := range graphs(modules, mixed) {
				if !yield(g) {
					return
				}
			}
		}
	}
}

// onePolicy makes the graphs of n modules, up to renaming, with each policy in all places.
func onePolicy(n int) iter.Seq[graph] {
	return func(yield func(graph) bool) {
		for g := range graphs(n, 2) {
			for policy := 1; policy < mixed; policy++ {
				if !yield(g.with(policy)) {
					return
				}
			}
		}
	}
}

// with puts a policy in the place of the first.
func (g graph) with(policy int) graph {
	other := make(graph, len(g))
	for i, row := range g {
		other[i] = slices.Clone(row)
		for j := range row {
			other[i][j] *= policy
		}
	}
	return other
}

// chance makes graphs of 2 to 6 modules by chance, sparse and dense.
func chance(count int) iter.Seq[graph] {
	random := rand.New(rand.NewPCG(1, uint64(count)))
	return func(yield func(graph) bool) {
		for range count {
			n := 2 + random.IntN(5)
			g := empty(n)
			for range 1 + random.IntN(2*n) {
				g[random.IntN(n)][random.IntN(n)] = random.IntN(len(policies))
			}
			if !yield(g) {
				return
			}
		}
	}
}

func empty(n int) graph {
	g := make(graph, n)
	for i := range g {
		g[i] = make([]int, n)
	}
	return g
}

// graphs makes every graph of n modules whose links have one of a number of kinds, the first of which
// is none: of those that differ by their modules' names only, the one with the smallest number.
func graphs(n, kinds int) iter.Seq[graph] {
	orders := permutations(n)
	return func(yield func(graph) bool) {
		for number := range power(kinds, n*n) {
			g := empty(n)
			for i, rest := 0, number; i < n*n; i, rest = i+1, rest/kinds {
				g[i/n][i%n] = rest % kinds
			}
			smaller := func(order []int) bool { return g.number(order, kinds) < number }
			if !slices.ContainsFunc(orders, smaller) && !yield(g) {
				return
			}
		}
	}
}

// number returns the number of the graph with its modules in another order.
func (g graph) number(order []int, kinds int) (number int) {
	n := len(g)
	for i := n*n - 1; i >= 0; i-- {
		number = number*kinds + g[order[i/n]][order[i%n]]
	}
	return number
}

func permutations(n int) (list [][]int) {
	if n == 0 {
		return [][]int{{}}
	}
	for _, shorter := range permutations(n - 1) {
		for at := range n {
			list = append(list, slices.Insert(slices.Clone(shorter), at, n-1))
		}
	}
	return list
}

func power(base, exponent int) int {
	if exponent == 0 {
		return 1
	}
	return base * power(base, exponent-1)
}

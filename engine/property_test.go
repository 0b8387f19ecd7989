package engine_test

import (
	"fmt"
	"math/rand"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/leanovate/gopter"
	"github.com/leanovate/gopter/gen"
	"github.com/leanovate/gopter/prop"

	"github.com/millrace/millrace/engine"
)

// profile is what histories of a property are drawn from.
type profile struct {
	engine     []string         // options of the engine
	modules    int              // at most; at least 2
	traits     []string         // of modules
	deliveries []string         // of links
	setup      []string         // lines after all are attached and linked
	actors     int              // publishers at once
	publishing []string         // options of what they publish
	changes    []string         // lines that come in between; %m is a module, %l a link, %e a whole one
	ending     []string         // lines at the end
	reach      func(tally) bool // tells whether the histories did what the property is about
}

// tally adds up what came of the histories of a property, to see that they are not all idle.
type tally struct {
	cases, published, received, letters, panicked, kept, changes int
	counts                                                       engine.Counts
}

// To find a smaller history than the one that failed, each is run as often as this, for what breaks
// by chance must have the chance; but not for as long, and not for ever.
const (
	repeats   = 30
	hasty     = 2 * time.Second
	shrinking = 20 * time.Second
)

// draws is how often a property draws its histories at most, to get everywhere.
const draws = 8

// hunt looks for a history that fails, and then for a smaller one.
type hunt struct {
	tally
	failed time.Time
}

// try runs a history and returns what is wrong with it.
func (h *hunt) try(script []string, strict bool) string {
	attempts, limit := 1, patience
	if !h.failed.IsZero() {
		attempts, limit = repeats, hasty
		if time.Since(h.failed) > shrinking {
			return "" // it is small enough
		}
	}
	for range attempts {
		r, faults := play(script, strict, limit)
		if len(faults) == 0 {
			h.add(r)
			continue
		}
		if h.failed.IsZero() {
			h.failed = time.Now()
		}
		return faults[0]
	}
	return ""
}

// holds draws histories until one breaks a promise, which is then made small and printed as a flow
// script. When they did not get everywhere that they should, which is a matter of chance, it draws
// more.
func (p profile) holds(t *testing.T, cases int) {
	t.Helper()
	var h hunt
	condition := func(script []string) string { return h.try(script, false) }
	same := func(script []string) []string { return script }
	for n := 0; n == 0 || n < draws && !p.reach(h.tally); n++ {
		check(t, cases, prop.ForAll(condition, p.histories()), same)
	}
	t.Logf("%+v", h.tally)
	if !p.reach(h.tally) {
		t.Errorf("the histories are too tame: %+v", h.tally)
	}
}

// check checks a property of so many cases; what is wrong is printed as the script of its case.
func check[T any](t *testing.T, cases int, p gopter.Prop, script func(T) []string) {
	t.Helper()
	parameters := gopter.DefaultTestParameters()
	parameters.MinSuccessfulTests = scaled(cases)
	parameters.MaxSize = 60
	if result := p.Check(parameters); !result.Passed() {
		value, _ := result.Args[0].Arg.(T)
		t.Fatalf("%s%v\n\nas testdata/broken.flow, a hundred times:\n\n%s\n",
			result.Labels, result.Error, strings.Join(script(value), "\n"))
	}
}

// scaled is a number of cases for go test, and more of them behind -args -soak.
func scaled(cases int) int { return max(1, int(int64(cases)*int64(*soak)/soakUsual)) }

// histories draws scripts; a shrunk one has fewer lines.
func (p profile) histories() gopter.Gen {
	return func(g *gopter.GenParameters) *gopter.GenResult {
		return gopter.NewGenResult(p.draw(dice{g.Rng}), gen.SliceShrinker(gopter.NoShrinker))
	}
}

// draw makes one script: modules, links, what is done at once, and the end.
func (p profile) draw(d dice) (script []string) {
	if len(p.engine) > 0 {
		script = append(script, "engine "+d.pick(p.engine))
	}
	modules := letters(2 + d.Intn(p.modules-1))
	for _, m := range modules {
		script = append(script, fmt.Sprintf("attach %s capacity=%d %s", m, 1<<d.Intn(4), d.pick(p.traits)))
	}
	for range 1 + d.Intn(3*len(modules)) {
		script = append(script, "link "+p.link(d, modules))
	}
	for _, line := range p.setup {
		script = append(script, p.fill(d, line, modules))
	}
	script = append(script, p.atOnce(d, modules)...)
	for _, line := range p.ending {
		script = append(script, p.fill(d, line, modules))
	}
	return script
}

// atOnce draws lines for actors that publish and, if there are changes, one that changes things.
func (p profile) atOnce(d dice, modules []string) (lines []string) {
	actors := 1 + d.Intn(p.actors)
	for actor := range actors {
		number := 1000 * (actor + 1)
		for range 1 + d.Intn(8) {
			many := 1 + d.Intn(12)
			lines = append(lines, fmt.Sprintf("%d: %s %s/%d %d..%d %s", actor+1, d.pick([]string{"publish", "batch"}),
				d.pick(modules), actor, number, number+many-1, d.pick(p.publishing)))
			number += many
		}
	}
	if len(p.changes) > 0 {
		for range d.Intn(12) {
			lines = append(lines, fmt.Sprintf("%d: %s", actors+1, p.fill(d, d.pick(p.changes), modules)))
		}
	}
	return lines
}

// fill puts modules and links into a line.
func (p profile) fill(d dice, line string, modules []string) string {
	for strings.Contains(line, "%") {
		line = strings.Replace(line, "%m", d.pick(modules), 1)
		line = strings.Replace(line, "%l", p.pair(d, modules), 1)
		line = strings.Replace(line, "%e", p.link(d, modules), 1)
		line = strings.Replace(line, "%t", d.pick(p.traits), 1)
	}
	return strings.TrimSpace(line)
}

func (p profile) pair(d dice, modules []string) string {
	source := d.pick(modules)
	if d.Intn(8) == 0 {
		source = engine.Any
	}
	return source + " -> " + d.pick(modules)
}

func (p profile) link(d dice, modules []string) string {
	where := ""
	if d.Intn(3) == 0 {
		where = fmt.Sprintf("where=digit%s%d", d.pick([]string{"=", "<", ">="}), d.Intn(10))
	}
	return strings.TrimSpace(p.pair(d, modules) + " " + d.pick(p.deliveries) + " " + where)
}

func letters(n int) []string { return slices.Clone([]string{"a", "b", "c", "d", "e", "f"}[:n]) }

type dice struct{ *rand.Rand }

func (d dice) pick(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[d.Intn(len(list))]
}

func (s *tally) add(r *rig) {
	s.cases++
	s.changes += len(r.wirings) - 1
	s.kept += r.kept
	for _, x := range r.senders {
		s.published += len(x.sent)
	}
	for _, t := range r.taps {
		s.received += len(t.received)
		s.letters += len(t.letters)
		s.panicked += t.panicked
	}
	stats := r.e.Stats()
	for _, l := range stats.Links {
		s.counts = plus(s.counts, l.Counts)
	}
	s.counts = plus(s.counts, stats.Gone)
}

package main

import (
	"strings"
	"testing"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/gateway"
	"github.com/millrace/millrace/module"
)

const addsUp = "The balance adds up"

func balanceOf(links ...engine.LinkStats) string {
	var b strings.Builder
	stats := engine.Stats{Links: links}
	stats.Published, stats.Unrouted = 1_234_567, 12
	printBalance(&b, gateway.Report{Started: true, Engine: engine.Report{Stats: stats}})
	return b.String()
}

func row(source, sink string, c engine.Counts) engine.LinkStats {
	return engine.LinkStats{Source: source, Sink: sink, Counts: c}
}

func TestBalanceIsReadable(t *testing.T) {
	got := balanceOf(
		row("a", "screen", engine.Counts{In: 1_234_567, Delivered: 1_000_000, Filtered: 234_557,
			Dropped: engine.Dropped{Oldest: 5, Timeout: 1, Error: 2, Panic: 1}, Left: 1}),
		row("machine", "log", engine.Counts{In: 7, Delivered: 7}))
	const want = `
link                    in   delivered   filtered                   dropped                 failed   left
a -> screen      1,234,567   1,000,000    234,557   6 (oldest 5, timeout 1)   3 (error 2, panic 1)      1
machine -> log           7           7          0                         0                      0      0

1,234,567 published, of which 12 unrouted: nothing is linked to their source.
The balance adds up: in = delivered + filtered + dropped + failed + left.
`
	if got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}

func TestBalanceNamesTheLinkThatDoesNotAddUp(t *testing.T) {
	got := balanceOf(
		row("a", "b", engine.Counts{In: 3, Delivered: 3}),
		row("c", "d", engine.Counts{In: 3, Delivered: 1, Left: 1}))
	if !strings.Contains(got, "DOES NOT ADD UP on c -> d (in 3, accounted for 2).") {
		t.Errorf("got %s", got)
	}
}

// What modules went through, and what they counted themselves, stands below the table.
func TestBalanceTellsOfModules(t *testing.T) {
	var b strings.Builder
	printBalance(&b, gateway.Report{Started: true, Modules: []gateway.ModuleReport{
		{Name: "calm"},
		{Name: "hub", Restarts: 2, ReceiveErrors: 1234, Figures: []module.Figure{{Name: "confirmed", N: 1000}, {Name: "dropped"}}},
	}})
	const want = `
hub was restarted after failures: 2.
hub reported errors on receiving: 1,234.
hub: 1,000 confirmed.
`
	if got := b.String(); !strings.HasPrefix(got, want) || strings.Contains(got, "calm") {
		t.Errorf("got %s\nwant %s", got, want)
	}
}

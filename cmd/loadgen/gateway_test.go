package main

import (
	"strings"
	"testing"

	"github.com/millrace/millrace/engine"
)

func TestBalanceNamesEveryLinkThatDoesNotAddUp(t *testing.T) {
	row := func(sink string, c engine.Counts) engine.LinkStats {
		return engine.LinkStats{Source: "a", Sink: sink, Counts: c}
	}
	even := row("even", engine.Counts{In: 10, Delivered: 4, Filtered: 3, Left: 2, Dropped: engine.Dropped{Oldest: 1}})
	if err := balance([]engine.LinkStats{even}); err != nil {
		t.Error(err)
	}
	err := balance([]engine.LinkStats{
		row("b", engine.Counts{In: 5, Delivered: 4}), even, row("c", engine.Counts{Delivered: 1}),
	})
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{
		"a -> b: 5 went in, 4 are accounted for", "a -> c: 0 went in, 1 are accounted for",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	if strings.Contains(err.Error(), "even") {
		t.Errorf("got %v", err)
	}
}

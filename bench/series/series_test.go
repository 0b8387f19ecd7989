package series

import (
	"bytes"
	"maps"
	"slices"
	"strings"
	"testing"
)

func TestSpread(t *testing.T) {
	s := Series{"four": {4, 1, 3, 2}, "one": {7}}
	for key, want := range map[string]Spread{
		"four": {Low: 1.75, Median: 2.5, High: 3.25, Least: 1, Most: 4, Rounds: 4},
		"one":  {Low: 7, Median: 7, High: 7, Least: 7, Most: 7, Rounds: 1},
	} {
		if got, ok := s.Spread(key); !ok || got != want {
			t.Errorf("%s: %v", key, got)
		}
	}
	if _, ok := s.Spread("none"); ok {
		t.Error("an empty series is spread")
	}
}

func TestWhatWasWrittenIsRead(t *testing.T) {
	s := Series{"a, b / c": {1.5, 0.25, 100000}, "d": {3}}
	var file bytes.Buffer
	if err := s.Write(&file); err != nil {
		t.Fatal(err)
	}
	got := Series{}
	if err := got.Read(&file); err != nil {
		t.Fatal(err)
	}
	if !maps.EqualFunc(s, got, slices.Equal) {
		t.Errorf("%v", got)
	}
	if err := got.Read(strings.NewReader("a\t1\na\tx\n")); err == nil || !strings.Contains(err.Error(), "line 2") {
		t.Errorf("%v", err)
	}
}

func TestFigures(t *testing.T) {
	for v, want := range map[float64]string{0: "0", 0.001: "< 0.01", 1.234: "1.23", 12.34: "12.3", 1234.5: "1234"} {
		if got := Figure(v); got != want {
			t.Errorf("%v: %q", v, got)
		}
	}
}

package profile_test

import (
	"bytes"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	pprof "github.com/google/pprof/profile"

	"github.com/millrace/millrace/profile"
)

// made is a profile of three functions: inner is inlined into outer.
func made(t *testing.T) []byte {
	t.Helper()
	function := func(id uint64, name string) *pprof.Function {
		return &pprof.Function{ID: id, Name: name}
	}
	inner, outer, other := function(1, "p.inner"), function(2, "p.outer"), function(3, "p.other")
	inlined := &pprof.Location{ID: 1, Line: []pprof.Line{{Function: inner}, {Function: outer}}}
	plain := &pprof.Location{ID: 2, Line: []pprof.Line{{Function: outer}}}
	third := &pprof.Location{ID: 3, Line: []pprof.Line{{Function: other}}}
	nameless := &pprof.Location{ID: 4}
	sample := func(ns int64, stack ...*pprof.Location) *pprof.Sample {
		return &pprof.Sample{Location: stack, Value: []int64{1, ns}}
	}
	p := &pprof.Profile{
		SampleType: []*pprof.ValueType{{Type: "samples", Unit: "count"}, {Type: "cpu", Unit: "nanoseconds"}},
		Function:   []*pprof.Function{inner, outer, other},
		Location:   []*pprof.Location{inlined, plain, third, nameless},
		Sample: []*pprof.Sample{
			sample(30, inlined, third), sample(20, inlined), sample(30, plain), sample(15, third, plain),
			sample(5, nameless),
		},
	}
	var b bytes.Buffer
	if err := p.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestHottestCountsTheInnermostFunction(t *testing.T) {
	found, err := profile.Hottest(made(t), 10)
	if err != nil {
		t.Fatal(err)
	}
	want := []profile.Hot{
		{Function: "p.inner", Value: 50, Share: 0.5}, {Function: "p.outer", Value: 30, Share: 0.3},
		{Function: "p.other", Value: 15, Share: 0.15}, {Function: "(unknown)", Value: 5, Share: 0.05},
	}
	if len(found) != len(want) {
		t.Fatalf("got %v, want %v", found, want)
	}
	for i, hot := range found {
		if hot.Function != want[i].Function || hot.Value != want[i].Value ||
			math.Abs(hot.Share-want[i].Share) > 1e-12 {
			t.Errorf("got %v, want %v", hot, want[i])
		}
	}
}

func TestHottestReturnsNoMoreThanAsked(t *testing.T) {
	for n, want := range map[int]int{-1: 0, 0: 0, 2: 2, 4: 4, 100: 4} {
		found, err := profile.Hottest(made(t), n)
		if err != nil || len(found) != want {
			t.Errorf("n=%d: got %d, %v; want %d", n, len(found), err, want)
		}
	}
}

func TestHottestRefusesWhatIsNoProfile(t *testing.T) {
	for _, text := range []string{"", "no profile", "\x1f\x8b\x08broken"} {
		if _, err := profile.Hottest([]byte(text), 10); err == nil {
			t.Errorf("%q was accepted", text)
		}
	}
}

var sink [][]byte

//go:noinline
func wasteful() {
	sink = nil
	for range 512 {
		sink = append(sink, make([]byte, 1<<16))
	}
}

//go:noinline
func busy(until time.Time) (sum uint64) {
	for i := uint64(1); ; i++ {
		sum ^= i * 0x9e3779b97f4a7c15
		if i%(1<<20) == 0 && time.Now().After(until) {
			return sum
		}
	}
}

func TestRecordingNamesWhatWasBusyAndWhatAllocated(t *testing.T) {
	r, err := profile.Start()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := profile.Start(); err == nil {
		t.Error("a second recording at the same time was accepted")
	}
	wasteful()
	busy(time.Now().Add(500 * time.Millisecond))
	found, err := r.Stop()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Stop(); !errors.Is(err, profile.ErrStopped) {
		t.Errorf("a second Stop: got %v", err)
	}
	wantHottest(t, "CPU", found.CPU, ".busy")
	wantHottest(t, "allocations", found.Allocs, ".wasteful")
}

// What was allocated before the recording is not in it, nor what the recording itself allocates.
func TestRecordingLeavesOutWhatIsNotOfTheWork(t *testing.T) {
	wasteful()
	r, err := profile.Start()
	if err != nil {
		t.Fatal(err)
	}
	found, err := r.Stop()
	if err != nil {
		t.Fatal(err)
	}
	hot, err := profile.Hottest(found.Allocs, 100)
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range hot {
		if strings.HasSuffix(h.Function, ".wasteful") || strings.HasPrefix(h.Function, "compress/flate") {
			t.Errorf("%v is in it", h)
		}
	}
}

func wantHottest(t *testing.T, what string, pprof []byte, suffix string) {
	t.Helper()
	hot, err := profile.Hottest(pprof, 3)
	if err != nil {
		t.Fatal(err)
	}
	if len(hot) == 0 || !strings.HasSuffix(hot[0].Function, suffix) {
		t.Errorf("%s: %v is not led by %s", what, hot, suffix)
	}
}

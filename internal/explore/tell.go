package explore

import (
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
)

// tell puts an event into words.
func (x *Run) tell(e event) string {
	place := ""
	if len(e.visits) == 1 {
		place = fmt.Sprintf("#%d", e.visits[0].place.name)
	}
	return fmt.Sprintf("%-12s %-8v%-5s %s", x.threads[e.thread].name, e.kind, place, callSite())
}

// callSite returns the line of the code that is explored, leaving out this package and the two that
// call it.
func callSite() string {
	pcs := make([]uintptr, 32)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs)])
	for {
		f, more := frames.Next()
		if !more || !machinery(f.Function) {
			name := f.Function[strings.LastIndexByte(f.Function, '/')+1:]
			return fmt.Sprintf("%s %s:%d", name, filepath.Base(f.File), f.Line)
		}
	}
}

func machinery(function string) bool {
	return strings.Contains(function, "internal/explore.") && !strings.Contains(function, "_test.") ||
		strings.Contains(function, "internal/atom.")
}

// String tells the failure at length.
func (f *Failure) String() string {
	return fmt.Sprintf("%s\nafter %d schedules; this one: %s\n%s",
		f.What, f.After, f.Schedule, strings.Join(f.Trace, "\n"))
}

// String tells what was searched.
func (r Result) String() string {
	state := "not exhausted"
	if r.Exhausted {
		state = "exhausted"
	}
	rate := float64(r.Schedules+r.Pruned) / max(r.Elapsed.Seconds(), 1e-9)
	return fmt.Sprintf("%d schedules (%d more pruned), %s, longest %d operations, %.1f s, %.0f a second",
		r.Schedules, r.Pruned, state, r.Longest, r.Elapsed.Seconds(), rate)
}

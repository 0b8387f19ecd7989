package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/millrace/millrace/bench/series"
)

// report writes two tables: how costs grow, and what crowds take.
func report(w io.Writer, all series.Series, n int) error {
	var grown, other []string
	for key := range all {
		switch {
		case strings.HasSuffix(key, ", times"):
			grown = append(grown, strings.TrimSuffix(key, ", times"))
		case !strings.HasSuffix(key, " at n, "+nanoseconds) && !strings.HasSuffix(key, " at 10n, "+nanoseconds):
			other = append(other, key)
		}
	}
	slices.Sort(grown)
	slices.Sort(other)
	var out strings.Builder
	if len(grown) > 0 {
		fmt.Fprintf(&out, "| what | us each at %d | us each at %d | times |\n|---|---|---|---|\n", n, 10*n)
	}
	for _, key := range grown {
		fmt.Fprintf(&out, "| %s | %s | %s | %s |\n", key, median(all, key+" at n, "+nanoseconds, 1000),
			median(all, key+" at 10n, "+nanoseconds, 1000), median(all, key+", times", 1))
	}
	if len(other) > 0 {
		fmt.Fprintf(&out, "\n| what | median | worst |\n|---|---|---|\n")
	}
	for _, key := range other {
		s, _ := all.Spread(key)
		fmt.Fprintf(&out, "| %s | %s | %s |\n", key, series.Figure(s.Median), series.Figure(s.Most))
	}
	_, err := io.WriteString(w, out.String())
	return err
}

func median(all series.Series, key string, per float64) string {
	s, _ := all.Spread(key)
	return series.Figure(s.Median / per)
}

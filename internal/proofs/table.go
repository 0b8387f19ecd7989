package main

import (
	"fmt"
	"io"
	"strings"
	"time"
)

func writeTable(w io.Writer, rows []row) error {
	b := &strings.Builder{}
	fmt.Fprintln(b, "| package | test | what it explores | preemptions | schedules | longest | seconds |")
	fmt.Fprintln(b, "|---|---|---|---|---:|---:|---:|")
	var sum row
	exhausted := 0
	for _, r := range rows {
		fmt.Fprintf(b, "| %s | %s | %s | %s | %s | %d | %s |\n", r.folder,
			strings.TrimPrefix(r.test, "TestExplore"), r.says, r.how, count(r), r.longest, seconds(r.elapsed))
		sum.schedules, sum.elapsed = sum.schedules+r.schedules, sum.elapsed+r.elapsed
		if r.exhausted {
			exhausted++
		}
	}
	fmt.Fprintf(b, "\n%d explorations", len(rows))
	if exhausted > 0 {
		fmt.Fprintf(b, ", %d of them exhausted", exhausted)
	}
	fmt.Fprintf(b, ": %s schedules in %s s of one processor.\n", thousands(sum.schedules), seconds(sum.elapsed))
	_, err := io.WriteString(w, b.String())
	return err
}

func count(r row) string {
	if r.exhausted {
		return thousands(r.schedules)
	}
	return thousands(r.schedules) + ", not exhausted"
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.1f", d.Seconds()) }

func thousands(n int) string {
	text := fmt.Sprint(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/millrace/millrace/internal/cli"

	"github.com/jedib0t/go-pretty/v6/table"

	"github.com/millrace/millrace/report"
)

// print writes what a person wants to know of a result.
func (a *app) print(r report.Result, checked bool) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s on %s\n", r.Scenario, r.Machine)
	if r.Topology != "" {
		fmt.Fprintf(&b, "\n%s\n", strings.Trim(r.Topology, "\n"))
	}
	fmt.Fprintf(&b, "\n%s\n", figuresTable(r.Runs))
	if last := r.Runs[len(r.Runs)-1]; len(last.Links) > 0 {
		which := "By link, warm-up included:"
		if len(r.Runs) > 1 {
			which = "Of the last run by link, warm-up included:"
		}
		fmt.Fprintf(&b, "\n%s\n", which)
		fmt.Fprintf(&b, "\n%s\n", linksTable(last.Links))
	}
	if r.Profile != nil {
		writeProfile(&b, *r.Profile)
	}
	fmt.Fprintf(&b, "\n%s\n", verdict(r.Runs, checked))
	_, err := io.WriteString(a.out, b.String())
	return err
}

// verdict says whether all is well; checked: every message was looked into, not only counted.
func verdict(runs []report.Run, checked bool) string {
	text := "Every message arrived where it had to, once, in order and unchanged"
	for _, run := range runs {
		if run.Fault != "" {
			return "FAILED: " + run.Fault
		}
		if run.Dropped > 0 {
			text = "Every message arrived in order and unchanged, or was counted as dropped"
		}
	}
	if !checked {
		text = "On every link, in = delivered + filtered + dropped + left"
	}
	return text + "."
}

// linksTable has a column for the deliveries a second if they were measured by link.
func linksTable(links []report.Link) string {
	measured := func(l report.Link) bool { return l.Throughput > 0 }
	t, header := cli.NewTable(7, 2), table.Row{"link", "in", "delivered", "filtered", "dropped", "left"}
	byLink := slices.ContainsFunc(links, measured)
	if byLink {
		header = append(header, "a second")
	}
	t.AppendHeader(header)
	for _, l := range links {
		row := table.Row{l.Source + " -> " + l.Sink, report.Count(l.In), report.Count(l.Delivered),
			report.Count(l.Filtered), report.Count(l.Dropped), report.Count(l.Left)}
		if byLink {
			row = append(row, report.Number(l.Throughput))
		}
		t.AppendRow(row)
	}
	return t.Render()
}

func writeProfile(b *strings.Builder, p report.Profile) {
	for _, list := range []struct {
		title     string
		functions []report.Function
	}{{"Of the CPU's time", p.CPU}, {"Of the bytes allocated", p.Allocs}} {
		fmt.Fprintf(b, "\n%s:\n", list.title)
		for _, f := range list.functions {
			fmt.Fprintf(b, "%6.1f %%  %s\n", 100*f.Share, f.Name)
		}
		if len(list.functions) == 0 {
			b.WriteString("  nothing was sampled\n")
		}
	}
}

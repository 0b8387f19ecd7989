package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/millrace/millrace/internal/cli"

	"github.com/dustin/go-humanize"
	"github.com/jedib0t/go-pretty/v6/table"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/gateway"
	"github.com/millrace/millrace/module"
)

// printBalance shows what became of every message, link by link; nothing if there was none, because
// the gateway did not start.
func printBalance(w io.Writer, r gateway.Report) {
	if !r.Started && r.Engine.Published == 0 {
		return
	}
	var b strings.Builder
	if links := r.Engine.Links; len(links) > 0 {
		b.WriteString("\n" + balanceTable(links) + "\n")
	}
	b.WriteString("\n")
	for _, m := range r.Modules {
		if m.Restarts > 0 {
			fmt.Fprintf(&b, "%s was restarted after failures: %d.\n", m.Name, m.Restarts)
		}
		if m.ReceiveErrors > 0 {
			fmt.Fprintf(&b, "%s reported errors on receiving: %s.\n", m.Name, count(m.ReceiveErrors))
		}
		if text := figures(m.Figures); text != "" {
			fmt.Fprintf(&b, "%s: %s.\n", m.Name, text)
		}
	}
	b.WriteString(published(r.Engine.Totals) + "\n" + verdict(r.Engine.Links) + "\n")
	_, _ = io.WriteString(w, b.String()) // nobody is left to be told if this fails
}

// figures shows what a module counted itself, without what did not happen.
func figures(all []module.Figure) string {
	var parts []string
	for _, f := range all {
		if f.N > 0 {
			parts = append(parts, count(f.N)+" "+f.Name)
		}
	}
	return strings.Join(parts, ", ")
}

func published(t engine.Totals) string {
	text := count(t.Published) + " published"
	if t.Unrouted > 0 {
		text += ", of which " + count(t.Unrouted) + " unrouted: nothing is linked to their source"
	}
	if t.NotNumbers > 0 {
		text += "; " + count(t.NotNumbers) + " values were not the numbers that filters ask for"
	}
	return text + "."
}

func balanceTable(links []engine.LinkStats) string {
	t := cli.NewTable(7, 2)
	t.AppendHeader(table.Row{"link", "in", "delivered", "filtered", "dropped", "failed", "left"})
	for _, l := range links {
		t.AppendRow(table.Row{l.Source + " -> " + l.Sink, count(l.In), count(l.Delivered),
			count(l.Filtered), dropped(l.Dropped), failed(l.Dropped), count(l.Left)})
	}
	return t.Render()
}

// reason is why so many messages did not arrive.
type reason struct {
	name string
	n    uint64
}

// dropped shows the number of messages that the link dropped and, if any, why.
func dropped(d engine.Dropped) string {
	return byReason(d.Total()-d.Failed(), []reason{
		{"newest", d.Newest}, {"oldest", d.Oldest}, {"timeout", d.Timeout},
		{"cycle", d.Cycle}, {"closed", d.Closed}, {"cancelled", d.Cancelled},
	})
}

// failed shows the number of messages that the sink could not do its work with and, if any, why.
func failed(d engine.Dropped) string {
	return byReason(d.Failed(), []reason{
		{"error", d.Error}, {"panic", d.Panic}, {"quarantined", d.Quarantined},
	})
}

func byReason(total uint64, all []reason) string {
	text := count(total)
	var reasons []string
	for _, r := range all {
		if r.n > 0 {
			reasons = append(reasons, r.name+" "+count(r.n))
		}
	}
	if len(reasons) > 0 {
		text += " (" + strings.Join(reasons, ", ") + ")"
	}
	return text
}

// verdict says whether every link accounts for every message.
func verdict(links []engine.LinkStats) string {
	var wrong []string
	for _, l := range links {
		out := l.Delivered + l.Filtered + l.Dropped.Total() + l.Left
		if out != l.In {
			wrong = append(wrong, fmt.Sprintf("%s -> %s (in %s, accounted for %s)",
				l.Source, l.Sink, count(l.In), count(out)))
		}
	}
	if len(wrong) > 0 {
		return "The balance DOES NOT ADD UP on " + strings.Join(wrong, ", ") + "."
	}
	return "The balance adds up: in = delivered + filtered + dropped + failed + left."
}

func count(n uint64) string { return humanize.Comma(int64(n)) }

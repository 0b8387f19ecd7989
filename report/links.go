package report

import (
	"fmt"
	"strings"
)

// maxBars is how many links a picture shows; the page's table shows them all.
const maxBars = 8

// linksChart draws one bar a link, divided by what became of its messages.
func (r Run) linksChart(x, y int) string {
	links := r.Links[:min(len(r.Links), maxBars)]
	largest := uint64(1)
	for _, l := range links {
		largest = max(largest, l.In)
	}
	height := topEdge + 8 + 24*(len(links)+1)
	var b strings.Builder
	fmt.Fprintf(&b, `<svg x="%d" y="%d" width="%d" height="%d" viewBox="0 0 %d %d" role="img">`,
		x, y, chartWidth, height, chartWidth, height)
	b.WriteString(`<title>Messages by link</title>`)
	text(&b, 12, 20, "title", "start", "Messages by link")
	text(&b, 12, topEdge-9, "label", "start", "messages, warm-up included")
	for i, l := range links {
		l.drawBar(&b, float64(topEdge+8+i*24), largest)
	}
	if hidden := len(r.Links) - len(links); hidden > 0 {
		text(&b, rightEdge, float64(height-12), "label", "end", fmt.Sprintf("and %d more", hidden))
	}
	drawOutcomes(&b)
	b.WriteString("</svg>")
	return b.String()
}

// The columns of a link's row: its name, its bar, its count.
const (
	barsFrom = 180
	barsTo   = rightEdge - 80
)

func (l Link) drawBar(b *strings.Builder, y float64, largest uint64) {
	text(b, barsFrom-8, y+11, "tick", "end", shorten(l.Source+" → "+l.Sink, 26))
	x := float64(barsFrom)
	for i, n := range []uint64{l.Delivered, l.Filtered, l.Dropped, l.Left} {
		width := float64(n) / float64(largest) * (barsTo - barsFrom)
		if n > 0 {
			fmt.Fprintf(b, `<rect class="fill %s" x="%.1f" y="%.1f" width="%.1f" height="14"/>`,
				outcomes[i].class, x, y, max(width, 1))
		}
		x += width
	}
	text(b, rightEdge, y+11, "tick", "end", Count(l.In))
}

// outcomes are what may become of a message on a link, in the order of Link's fields.
var outcomes = [...]struct{ name, class string }{
	{"delivered", "c0"}, {"filtered", "c2"}, {"dropped", "c1"}, {"left", "failed"},
}

func drawOutcomes(b *strings.Builder) {
	x := 204.0
	for _, o := range outcomes {
		fmt.Fprintf(b, `<rect class="fill %s" x="%.1f" y="%d" width="10" height="10" rx="2"/>`,
			o.class, x, topEdge-18)
		text(b, x+14, topEdge-9, "label", "start", o.name)
		x += 30 + 6.2*float64(len(o.name))
	}
}

func shorten(name string, most int) string {
	runes := []rune(name)
	if len(runes) <= most {
		return name
	}
	return string(runes[:most-1]) + "…"
}

package report

import (
	_ "embed" // the style sheets and the page
	"fmt"
	"html"
	"io"
	"strings"
)

//go:embed colours.css
var colours string

const (
	columns      = 2
	headingSpace = 62
	margin       = 12
)

// SVG writes one picture of all results, below one another, each with its charts in two columns. It
// needs nothing from elsewhere and follows the reader's choice of light or dark.
func SVG(w io.Writer, results []Result) error {
	var body strings.Builder
	y := margin
	for _, r := range results {
		if err := r.check(); err != nil {
			return err
		}
		y = r.draw(&body, y)
	}
	width := columns*chartWidth + 2*margin
	_, err := fmt.Fprintf(w, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" `+
		`viewBox="0 0 %d %d"><style>%s</style>`+
		`<rect class="paper" width="100%%" height="100%%"/>%s</svg>`+"\n",
		width, y, width, y, html.EscapeString(colours), body.String())
	return err
}

// draw adds a result from y on and returns where it ends.
func (r Result) draw(b *strings.Builder, y int) int {
	text(b, margin+12, float64(y+26), "heading", "start", r.Scenario)
	text(b, margin+12, float64(y+48), "label", "start", r.Machine.String())
	pictures := r.pictures()
	for i, picture := range pictures {
		b.WriteString(picture(margin+i%columns*chartWidth, y+headingSpace+i/columns*chartHeight))
	}
	rows := (len(pictures) + columns - 1) / columns
	return y + headingSpace + rows*chartHeight + margin
}

// pictures returns what draws the result's charts at given places.
func (r Result) pictures() []func(x, y int) string {
	var all []func(x, y int) string
	for _, c := range r.charts() {
		all = append(all, c.svg)
	}
	if run := r.shown(); len(run.Links) > 0 {
		all = append(all, run.linksChart)
	}
	return all
}

// String puts the machine on one line.
func (m Machine) String() string {
	parts := []string{m.CPU, fmt.Sprintf("%d cores", m.Cores)}
	for _, c := range m.Caches {
		parts = append(parts, c.Name+" "+Bytes(float64(c.Bytes)))
	}
	if m.Memory > 0 {
		parts = append(parts, "memory "+Bytes(float64(m.Memory)))
	}
	return strings.Join(append(parts, m.System, m.Go, "commit "+m.Commit), ", ")
}

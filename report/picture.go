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
	if err := checkAll(results); err != nil {
		return err
	}
	if charts := beside(results); len(charts) > 0 {
		y = drawAll(&body, y, besideHeading(results), "The two results together; each by itself is below.", pictures(charts))
	}
	for _, r := range results {
		y = r.draw(&body, y)
	}
	width := columns*chartWidth + 2*margin
	_, err := fmt.Fprintf(w, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" `+
		`viewBox="0 0 %d %d"><style>%s</style>`+
		`<rect class="paper" width="100%%" height="100%%"/>%s</svg>`+"\n",
		width, y, width, y, html.EscapeString(colours), body.String())
	return err
}

func checkAll(results []Result) error {
	for _, r := range results {
		if err := r.check(); err != nil {
			return err
		}
	}
	return nil
}

func besideHeading(results []Result) string {
	names := nicknames(results[0], results[1])
	return results[0].Scenario + ": " + names[0] + " and " + names[1]
}

// draw adds a result from y on and returns where it ends.
func (r Result) draw(b *strings.Builder, y int) int {
	return drawAll(b, y, r.Scenario, r.Machine.String(), r.pictures())
}

// drawAll adds pictures in two columns below a heading, from y on, and returns where they end.
func drawAll(b *strings.Builder, y int, heading, label string, pictures []func(x, y int) string) int {
	text(b, margin+12, float64(y+26), "heading", "start", heading)
	text(b, margin+12, float64(y+48), "label", "start", label)
	for i, picture := range pictures {
		b.WriteString(picture(margin+i%columns*chartWidth, y+headingSpace+i/columns*chartHeight))
	}
	rows := (len(pictures) + columns - 1) / columns
	return y + headingSpace + rows*chartHeight + margin
}

func pictures(charts []chart) []func(x, y int) string {
	var all []func(x, y int) string
	for _, c := range charts {
		all = append(all, c.svg)
	}
	return all
}

// pictures returns what draws the result's charts at given places.
func (r Result) pictures() []func(x, y int) string {
	all := pictures(r.charts())
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

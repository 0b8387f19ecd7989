package report

import (
	"fmt"
	"html"
	"strings"
)

// The size of a chart, in pixels of its own; whoever shows it may scale it.
const (
	chartWidth  = 520
	chartHeight = 280
	leftEdge    = 64
	rightEdge   = chartWidth - 26
	topEdge     = 52
	bottomEdge  = chartHeight - 44
)

// chart is one picture with two axes.
type chart struct {
	title  string
	note   string // a remark below the title, where a legend would be
	x, y   axis
	series []series
	limit  *limit
}

// shape is how the points of a series are drawn.
type shape int

const (
	line shape = iota // joined
	area              // joined, and filled down to the axis
	bars              // one bar a point
	dots              // joined, each point marked
)

// series is a named row of points, ascending in x.
type series struct {
	name   string
	shape  shape
	colour int // 0 to 3; -1: that of a failure
	points []point
}

type point struct{ x, y float64 }

// limit is a level to be held, drawn across.
type limit struct {
	at   float64
	text string
}

// svg draws the chart as an svg element at a place within another.
func (c chart) svg(x, y int) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<svg x="%d" y="%d" width="%d" height="%d" viewBox="0 0 %d %d" role="img">`,
		x, y, chartWidth, chartHeight, chartWidth, chartHeight)
	fmt.Fprintf(&b, `<title>%s</title>`, html.EscapeString(c.title))
	text(&b, 12, 20, "title", "start", c.title)
	c.drawAxes(&b)
	for _, s := range c.series {
		c.drawSeries(&b, s)
	}
	c.drawLimit(&b)
	c.drawLegend(&b)
	b.WriteString("</svg>")
	return b.String()
}

func (c chart) place(p point) (x, y float64) {
	return leftEdge + c.x.position(p.x)*(rightEdge-leftEdge),
		bottomEdge - c.y.position(p.y)*(bottomEdge-topEdge)
}

func (c chart) drawAxes(b *strings.Builder) {
	for _, t := range c.y.ticks {
		_, y := c.place(point{c.x.low, t.at})
		stroke(b, "grid", leftEdge, y, rightEdge, y)
		text(b, leftEdge-8, y+4, "tick", "end", t.text)
	}
	for _, t := range c.x.ticks {
		x, _ := c.place(point{t.at, c.y.low})
		stroke(b, "axis", x, bottomEdge, x, bottomEdge+4)
		text(b, x, bottomEdge+17, "tick", "middle", t.text)
	}
	stroke(b, "axis", leftEdge, bottomEdge, rightEdge, bottomEdge)
	text(b, leftEdge, topEdge-9, "label", "start", c.y.label)
	text(b, rightEdge, chartHeight-8, "label", "end", c.x.label)
}

func (c chart) drawLimit(b *strings.Builder) {
	if c.limit == nil {
		return
	}
	_, y := c.place(point{c.x.low, c.limit.at})
	stroke(b, "limit", leftEdge, y, rightEdge, y)
	if y -= 5; y < topEdge+10 {
		y += 18 // below the line: above it is the axis's label
	}
	text(b, leftEdge+4, y, "label", "start", c.limit.text)
}

// drawLegend names the series, from the right, on the line of the y axis's label.
func (c chart) drawLegend(b *strings.Builder) {
	x := float64(rightEdge)
	if c.note != "" {
		text(b, x, topEdge-9, "label", "end", c.note)
		return
	}
	if len(c.series) < 2 {
		return
	}
	for i := len(c.series) - 1; i >= 0; i-- {
		s := c.series[i]
		text(b, x, topEdge-9, "label", "end", s.name)
		x -= 7*float64(len([]rune(s.name))) + 6
		fmt.Fprintf(b, `<rect x="%.1f" y="%d" width="10" height="10" rx="2" class="fill %s"/>`,
			x-10, topEdge-18, s.class())
		x -= 22
	}
}

func text(b *strings.Builder, x, y float64, class, anchor, content string) {
	fmt.Fprintf(b, `<text x="%.1f" y="%.1f" class="%s" text-anchor="%s">%s</text>`,
		x, y, class, anchor, html.EscapeString(content))
}

func stroke(b *strings.Builder, class string, x1, y1, x2, y2 float64) {
	fmt.Fprintf(b, `<line class="%s" x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f"/>`,
		class, x1, y1, x2, y2)
}

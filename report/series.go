package report

import (
	"fmt"
	"strings"
)

func (s series) class() string {
	if s.colour < 0 {
		return "failed"
	}
	return fmt.Sprintf("c%d", s.colour%4)
}

func (c chart) drawSeries(b *strings.Builder, s series) {
	if len(s.points) == 0 {
		return
	}
	switch s.shape {
	case bars:
		c.drawBars(b, s)
		return
	case area:
		c.drawArea(b, s)
	case dots:
		c.drawDots(b, s)
	case line:
	}
	fmt.Fprintf(b, `<polyline class="line %s" points="%s"/>`, s.class(), c.polygon(s.points))
}

func (c chart) polygon(points []point) string {
	var b strings.Builder
	for i, p := range points {
		if i > 0 {
			b.WriteByte(' ')
		}
		x, y := c.place(p)
		fmt.Fprintf(&b, "%.1f,%.1f", x, y)
	}
	return b.String()
}

func (c chart) drawArea(b *strings.Builder, s series) {
	first, last := s.points[0], s.points[len(s.points)-1]
	foot := append([]point{{first.x, c.y.low}}, s.points...)
	foot = append(foot, point{last.x, c.y.low})
	fmt.Fprintf(b, `<polygon class="area %s" points="%s"/>`, s.class(), c.polygon(foot))
}

func (c chart) drawDots(b *strings.Builder, s series) {
	for _, p := range s.points {
		x, y := c.place(p)
		fmt.Fprintf(b, `<circle class="fill %s" cx="%.1f" cy="%.1f" r="3"/>`, s.class(), x, y)
	}
}

func (c chart) drawBars(b *strings.Builder, s series) {
	width := max(1, min(12, 0.7*(rightEdge-leftEdge)/float64(len(s.points)+1)))
	for _, p := range s.points {
		x, y := c.place(p)
		if y >= bottomEdge {
			continue
		}
		fmt.Fprintf(b, `<rect class="fill %s" x="%.1f" y="%.1f" width="%.1f" height="%.1f"/>`,
			s.class(), x-width/2, y, width, bottomEdge-y)
	}
}

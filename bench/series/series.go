// Package series has the figures of a comparison: many of each, taken in turns, of which the median
// and the quartiles count; and a file of them, so that a report can be made of several programs'.
package series

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// Series holds figures by what they are of, one a round.
type Series map[string][]float64

// Add adds a round's figure.
func (s Series) Add(key string, value float64) { s[key] = append(s[key], value) }

// Spread is how a figure is spread over the rounds. Quartiles are interpolated.
type Spread struct {
	Low, Median, High float64
	Least, Most       float64
	Rounds            int
}

// Spread returns how a figure is spread; false if there is none.
func (s Series) Spread(key string) (Spread, bool) {
	sorted := slices.Sorted(slices.Values(s[key]))
	n := len(sorted)
	if n == 0 {
		return Spread{}, false
	}
	return Spread{
		Low: quantile(sorted, 0.25), Median: quantile(sorted, 0.5), High: quantile(sorted, 0.75),
		Least: sorted[0], Most: sorted[n-1], Rounds: n,
	}, true
}

func quantile(sorted []float64, q float64) float64 {
	at := q * float64(len(sorted)-1)
	low := int(at)
	high := min(low+1, len(sorted)-1)
	return sorted[low] + (at-float64(low))*(sorted[high]-sorted[low])
}

// Write writes a line for each figure: its name, then the rounds', separated by tabs.
func (s Series) Write(w io.Writer) error {
	out := bufio.NewWriter(w)
	keys := make([]string, 0, len(s))
	for key := range s {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	for _, key := range keys {
		_, _ = out.WriteString(key)
		for _, value := range s[key] {
			_, _ = fmt.Fprintf(out, "\t%.6g", value)
		}
		_ = out.WriteByte('\n')
	}
	return out.Flush()
}

const lineMax = 1 << 20 // bytes of a line that Read takes

// Read adds what Write wrote.
func (s Series) Read(r io.Reader) error {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, lineMax)
	for n := 1; lines.Scan(); n++ {
		fields := strings.Split(lines.Text(), "\t")
		for _, text := range fields[1:] {
			value, err := strconv.ParseFloat(text, 64)
			if err != nil {
				return fmt.Errorf("line %d: %q is no figure", n, text)
			}
			s.Add(fields[0], value)
		}
	}
	return lines.Err()
}

// Figure writes three significant digits or so.
func Figure(v float64) string {
	switch {
	case v == 0:
		return "0"
	case v < 0.01:
		return "< 0.01"
	case v < 10:
		return fmt.Sprintf("%.2f", v)
	case v < 100:
		return fmt.Sprintf("%.1f", v)
	}
	return fmt.Sprintf("%.0f", v)
}

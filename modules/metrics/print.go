package metrics

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"text/tabwriter"
)

// append appends the figures as text for people, v1's figures in v1's units.
func (f *figures) append(dst []byte, name string) []byte {
	b := bytes.NewBuffer(dst)
	fmt.Fprintf(b, "\nfigures of %s\n", name)
	align(b, 1, f.totals())
	if len(f.devices) > 0 {
		b.WriteByte('\n')
		align(b, 2, f.rows())
	}
	return b.Bytes()
}

// align writes lines whose cells end in tabs, as columns.
func align(b *bytes.Buffer, padding int, lines []byte) {
	t := tabwriter.NewWriter(b, 0, 0, padding, ' ', tabwriter.AlignRight)
	_, _ = t.Write(lines) // to a buffer
	_ = t.Flush()
}

func (f *figures) totals() []byte {
	var b bytes.Buffer
	line := func(label, value, unit string) { fmt.Fprintf(&b, "  %-17s\t%s\t%s\n", label, value, unit) }
	line("duration", strconv.FormatFloat((f.last-f.first).Seconds(), 'f', 3, 64), " s")
	line("messages received", comma(f.received), "")
	line("rate", comma(uint64(f.rate())), " deliveries/s")
	line("average latency", tenths(f.averageLatency()), " us")
	line("maximum latency", comma(f.latencyMax), " us")
	line("non-conforming", comma(f.nonConforming), "")
	line("devices", comma(uint64(len(f.devices))), "")
	if f.unknown > 0 {
		line("of other devices", comma(f.unknown), " messages")
	}
	return b.Bytes()
}

func (f *figures) rows() []byte {
	var b bytes.Buffer
	b.WriteString("device\treceived\tout of sequence\trepeated\tlost\t\n")
	for _, id := range slices.Sorted(maps.Keys(f.devices)) {
		d := f.devices[id]
		fmt.Fprintf(&b, "%s\t%s\t%s\t%s\t%s\t\n", shown(id), comma(d.received),
			comma(d.outOfSequence), comma(d.repeated), comma(d.missing.lost))
	}
	return b.Bytes()
}

// shown returns a device's name so that it neither harms a terminal nor floods it.
func shown(id string) string {
	quoted := strconv.QuoteToGraphic(id)
	if plain := quoted[1 : len(quoted)-1]; plain == id && len(id) <= 64 {
		return id
	}
	if len(id) > 64 {
		return strconv.QuoteToASCII(id[:64]) + "..."
	}
	return quoted
}

// comma formats a number in groups of three digits. It is too little for a library that everybody
// who imports package standard would have to load.
func comma(n uint64) string {
	text := strconv.FormatUint(n, 10)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

// tenths is comma for a number with one decimal.
func tenths(f float64) string {
	n := uint64(f*10 + 0.5)
	return comma(n/10) + "." + strconv.FormatUint(n%10, 10)
}

package report

import (
	"math"
	"strconv"

	"github.com/dustin/go-humanize"
)

// unit is a multiple in which an axis counts.
type unit struct {
	name  string
	size  float64
	whole bool // of two and more, an axis marks no fractions
}

// units of one quantity, ascending.
type units []unit

var (
	plain = units{
		{name: "", size: 1}, {name: "thousands", size: 1e3}, {name: "millions", size: 1e6}, {name: "billions", size: 1e9},
	}
	times = units{
		{name: "ns", size: 1}, {name: "µs", size: 1e3}, {name: "ms", size: 1e6}, {name: "s", size: 1e9},
	}
	bytes = units{
		{name: "B", size: 1}, {name: "KiB", size: 1 << 10}, {name: "MiB", size: 1 << 20}, {name: "GiB", size: 1 << 30},
	}
	seconds    = units{{name: "s", size: 1, whole: true}}
	ordinals   = units{{name: "", size: 1, whole: true}}
	coresInUse = units{{name: "", size: 1}}
)

// fitting returns the largest unit of which there is at least one in value; else the smallest.
func (u units) fitting(value float64) unit {
	best := u[0]
	for _, candidate := range u {
		if value >= candidate.size {
			best = candidate
		}
	}
	return best
}

// text writes a value with its unit, to three digits.
func (u units) text(value float64) string {
	fit := u.fitting(value)
	digits := number(value / fit.size)
	if fit.name == "" {
		return digits
	}
	return digits + " " + fit.name
}

// number writes three significant digits, or all of an integer.
func number(v float64) string {
	switch {
	case v == 0:
		return "0"
	case math.Abs(v) >= 1e15:
		return strconv.FormatFloat(v, 'g', 3, 64)
	case math.Abs(v) >= 100:
		return humanize.Comma(int64(math.Round(v)))
	}
	decimals := max(0, 2-int(math.Floor(math.Log10(math.Abs(v)))))
	return humanize.Ftoa(round(v, min(decimals, 9)))
}

func round(v float64, decimals int) float64 {
	scale := math.Pow10(decimals)
	return math.Round(v*scale) / scale
}

// Duration writes nanoseconds in the unit that fits, to three digits: 1.25 µs.
func Duration(ns float64) string { return times.text(ns) }

// Bytes writes a size in the unit that fits, to three digits: 64 MiB.
func Bytes(n float64) string { return bytes.text(n) }

// Number writes an amount to three digits, or an integer whole: 12,345 or 1.25.
func Number(v float64) string { return number(v) }

// Count writes an integer with commas.
func Count(n uint64) string { return humanize.Comma(int64(n)) }

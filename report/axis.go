package report

import (
	"math"
)

// axis maps values to positions from 0 to 1 and says where they are marked.
type axis struct {
	label string // with the unit
	low   float64
	high  float64
	scale func(float64) float64 // monotonic; linear if nil
	ticks []tick
}

// tick is a mark on an axis.
type tick struct {
	at   float64
	text string
}

// position returns where a value lies, 0 at the low end and 1 at the high one.
func (a axis) position(v float64) float64 {
	scale := a.scale
	if scale == nil {
		scale = func(v float64) float64 { return v }
	}
	low, high := scale(a.low), scale(a.high)
	return min(max((scale(max(v, a.low))-low)/(high-low), 0), 1)
}

// linear makes an axis from 0 to a round number not below highest, in the unit that fits.
func linear(label string, u units, highest float64) axis {
	if !(highest > 0) {
		return axis{label: label, high: u[0].size, ticks: []tick{{0, "0"}}}
	}
	fit := u.fitting(highest)
	step := roundStep(highest / fit.size / 5)
	if fit.whole && highest >= 2 {
		step = max(step, 1)
	}
	count := int(math.Ceil(highest/fit.size/step - 1e-9))
	a := axis{label: label, high: float64(count) * step * fit.size}
	if fit.name != "" {
		a.label += ", " + fit.name
	}
	for i := range count + 1 {
		v := float64(i) * step
		a.ticks = append(a.ticks, tick{v * fit.size, number(round(v, 9))})
	}
	return a
}

// span makes an axis from 0 to exactly highest, marked at round numbers.
func span(label string, u units, highest float64) axis {
	a := linear(label, u, highest)
	if highest > 0 {
		a.high = highest
	}
	for len(a.ticks) > 0 && a.ticks[len(a.ticks)-1].at > a.high {
		a.ticks = a.ticks[:len(a.ticks)-1]
	}
	return a
}

// roundStep returns the least of 1, 2 and 5 times a power of ten that is not below v.
func roundStep(v float64) float64 {
	power := math.Pow(10, math.Floor(math.Log10(v)))
	for _, factor := range []float64{1, 2, 5} {
		if factor*power >= v*(1-1e-9) {
			return factor * power
		}
	}
	return 10 * power
}

// logarithmic makes an axis of times over whole decades around what lies between the two.
func logarithmic(label string, lowest, highest float64) axis {
	first := int(math.Floor(math.Log10(max(lowest, 1))))
	last := int(math.Ceil(math.Log10(max(highest, 1))))
	last = max(last, first+1)
	a := axis{label: label, low: math.Pow10(first), high: math.Pow10(last), scale: math.Log10}
	for power := first; power <= last; power++ {
		v := math.Pow10(power)
		a.ticks = append(a.ticks, tick{v, times.text(v)})
	}
	return a
}

// percentiles makes an axis on which each further nine takes the same room.
func percentiles(label string, highest float64) axis {
	nines := func(percent float64) float64 { return -math.Log10(1 - min(percent, 99.9999999)/100) }
	a := axis{label: label, high: min(max(highest, 90), 99.99999), scale: nines}
	for _, p := range []struct {
		percent float64
		text    string
	}{
		{0, "0"}, {50, "50"}, {90, "90"}, {99, "99"}, {99.9, "99.9"}, {99.99, "99.99"},
		{99.999, "99.999"}, {99.9999, "99.9999"},
	} {
		if p.percent <= a.high {
			a.ticks = append(a.ticks, tick{p.percent, p.text})
		}
	}
	return a
}

package main

import (
	"errors"
	"strconv"
	"strings"

	"github.com/millrace/millrace/bench"
)

// rate is a flag's value: messages a second.
type rate float64

var errRate = errors.New("want messages a second, such as 250000, 250k or 1.5M")

// Set implements pflag.Value.
func (r *rate) Set(text string) error {
	factor := 1.0
	switch {
	case strings.HasSuffix(text, "k"):
		factor, text = 1e3, strings.TrimSuffix(text, "k")
	case strings.HasSuffix(text, "M"):
		factor, text = 1e6, strings.TrimSuffix(text, "M")
	}
	v, err := strconv.ParseFloat(text, 64)
	if v *= factor; err != nil || !(v > 0 && v <= bench.MaxRate) {
		return errRate
	}
	*r = rate(v)
	return nil
}

// String implements pflag.Value.
func (r *rate) String() string {
	if *r == 0 {
		return ""
	}
	return strconv.FormatFloat(float64(*r), 'f', -1, 64)
}

// Type implements pflag.Value.
func (*rate) Type() string { return "rate" }

// Package profile captures what a piece of work spends its time on and what it allocates, and names
// the functions that account for the most of either.
//
// The profiles are those of runtime/pprof, read with github.com/google/pprof/profile; pprof's
// driver, with its server and its pictures, is left out.
package profile

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"

	"github.com/google/pprof/profile"
)

// Hot is one function and what it accounts for by itself, without the functions it calls.
type Hot struct {
	Function string  `json:"function"` // with its package's path
	Value    int64   `json:"value"`    // in the profile's unit: nanoseconds of CPU, or bytes
	Share    float64 `json:"share"`    // of the whole profile, from 0 to 1
}

// Hottest returns the n functions with the largest values of their own, largest first. The profile
// is in pprof's format, gzipped or not; its last kind of value counts. A profile without samples
// has no hot functions and is no error.
func Hottest(pprof []byte, n int) ([]Hot, error) {
	p, err := profile.Parse(bytes.NewReader(pprof))
	if err != nil {
		return nil, fmt.Errorf("profile: %w", err)
	}
	return hottest(p, len(p.SampleType)-1, n), nil
}

func hottest(p *profile.Profile, kind, n int) []Hot {
	values, total := flat(p, kind)
	var found []Hot
	for function, value := range values {
		if value > 0 {
			found = append(found, Hot{function, value, float64(value) / float64(total)})
		}
	}
	slices.SortFunc(found, func(a, b Hot) int {
		return cmp.Or(cmp.Compare(b.Value, a.Value), cmp.Compare(a.Function, b.Function))
	})
	return found[:min(max(n, 0), len(found))]
}

// flat adds each sample to the function it was taken in: the first line of the first location, the
// innermost one of those that the compiler inlined there.
func flat(p *profile.Profile, kind int) (values map[string]int64, total int64) {
	values = make(map[string]int64)
	for _, s := range p.Sample {
		values[leaf(s)] += s.Value[kind]
	}
	for _, value := range values {
		total += max(value, 0)
	}
	return values, total
}

func leaf(s *profile.Sample) string {
	if len(s.Location) > 0 {
		for _, line := range s.Location[0].Line {
			if line.Function != nil {
				return line.Function.Name
			}
		}
	}
	return "(unknown)"
}

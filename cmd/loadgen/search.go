package main

import "github.com/millrace/millrace/bench"

const (
	lowestRate = 100  // messages a second; where halving ends
	precision  = 1.05 // between a rate that holds and the next that does not
)

// attempt tells whether a rate holds.
type attempt func(rate float64) (held bool, err error)

// search returns the highest rate that holds, to the precision, assuming that whatever is below one
// that holds does too; 0: none from lowestRate on. It ends at once when a try fails.
func search(from float64, try attempt) (highest float64, err error) {
	low, high := 0.0, 0.0 // the highest that held and the lowest that did not, 0: none yet
	for rate := from; ; {
		held, err := try(rate)
		if err != nil {
			return low, err
		}
		if held {
			low = rate
		} else {
			high = rate
		}
		if rate = next(low, high); rate == 0 {
			return low, nil
		}
	}
}

// twice tries again what did not hold.
func twice(try attempt) attempt {
	return func(rate float64) (bool, error) {
		if held, err := try(rate); held || err != nil {
			return held, err
		}
		return try(rate)
	}
}

// next returns the rate to try, or 0 if the search is over.
func next(low, high float64) float64 {
	switch {
	case high == 0 && low >= bench.MaxRate, low == 0 && high <= lowestRate:
		return 0
	case high == 0:
		return min(2*low, bench.MaxRate)
	case low == 0:
		return max(high/2, lowestRate)
	case high/low <= precision:
		return 0
	}
	return (low + high) / 2
}

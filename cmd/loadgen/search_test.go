package main

import (
	"errors"
	"testing"

	"github.com/millrace/millrace/bench"
)

func TestSearchFindsTheHighestRateThatHolds(t *testing.T) {
	for _, limit := range []float64{lowestRate, 150, 99_999, 100_000, 1_234_567, 5e8, bench.MaxRate} {
		tries := 0
		found, err := search(100_000, func(rate float64) (bool, error) {
			tries++
			return rate <= limit, nil
		})
		if err != nil || found > limit || found*precision < limit || tries > 30 {
			t.Errorf("limit %v: found %v in %d tries, %v", limit, found, tries, err)
		}
	}
}

func TestSearchFindsThatNothingHolds(t *testing.T) {
	for _, from := range []float64{1, lowestRate, 1e9} {
		found, err := search(from, func(float64) (bool, error) { return false, nil })
		if found != 0 || err != nil {
			t.Errorf("found %v, %v", found, err)
		}
	}
}

func TestSearchEndsWithAFailure(t *testing.T) {
	broken := errors.New("broken")
	found, err := search(1000, func(rate float64) (bool, error) {
		if rate > 1000 {
			return false, broken
		}
		return true, nil
	})
	if found != 1000 || !errors.Is(err, broken) {
		t.Errorf("found %v, %v", found, err)
	}
}

func TestTwiceForgivesOneBadMoment(t *testing.T) {
	for _, c := range []struct {
		outcomes []bool
		tries    int
		held     bool
	}{{[]bool{true}, 1, true}, {[]bool{false, true}, 2, true}, {[]bool{false, false, true}, 2, false}} {
		tries := 0
		held, _ := twice(func(float64) (bool, error) {
			tries++
			return c.outcomes[tries-1], nil
		})(1)
		if held != c.held || tries != c.tries {
			t.Errorf("%v: held %v after %d tries", c.outcomes, held, tries)
		}
	}
}

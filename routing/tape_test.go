package routing

import (
	"testing"

	"github.com/leanovate/gopter"
	"github.com/leanovate/gopter/gen"
	"github.com/leanovate/gopter/prop"
)

// tape is a list of random numbers that is read as a description of something. gopter shrinks it.
type tape struct {
	numbers []uint16
	at      int
}

// next returns a number below n; an exhausted tape yields zeros.
func (t *tape) next(n int) int {
	if t.at >= len(t.numbers) {
		return 0
	}
	t.at++
	return int(t.numbers[t.at-1]) % n
}

func forAllTapes(t *testing.T, name string, runs, longest int, check func([]uint16) (bool, error)) {
	t.Helper()
	parameters := gopter.DefaultTestParametersWithSeed(1)
	parameters.MinSuccessfulTests = runs
	parameters.MaxSize = longest
	properties := gopter.NewProperties(parameters)
	properties.Property(name, prop.ForAll(check, gen.SliceOf(gen.UInt16())))
	properties.TestingRun(t)
}

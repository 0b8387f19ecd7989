package record_test

import (
	"errors"
	"testing"

	"github.com/millrace/millrace/message"
	"github.com/millrace/millrace/module"
	"github.com/millrace/millrace/modules/internal/record"
)

// What a write has taken whole has not failed.
func TestUnwritten(t *testing.T) {
	full := errors.New("full")
	batch, ends := make([]message.Message, 3), []int{10, 20, 30}
	for wrote, want := range map[int]int{0: 3, 9: 3, 10: 2, 29: 1, 30: 0} {
		var part *module.BatchError
		if err := record.Unwritten(batch, ends, wrote, full); !errors.As(err, &part) || !errors.Is(err, full) ||
			len(part.Failed) != want {
			t.Errorf("%d bytes: %v", wrote, err)
		}
	}
}

package record

import (
	"github.com/millrace/millrace/message"
	"github.com/millrace/millrace/module"
)

// Unwritten says which messages have failed of those from a buffer's first on, when a write has taken
// so many bytes of it. Ends are where the buffer's messages end in it.
func Unwritten(batch []message.Message, ends []int, wrote int, err error) error {
	whole := 0
	for whole < len(ends) && ends[whole] <= wrote {
		whole++
	}
	return &module.BatchError{Failed: batch[whole:], Err: err}
}

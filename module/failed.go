package module

import (
	"errors"
	"fmt"

	"github.com/millrace/millrace/message"
)

// BatchError is what a ReceiveBatch returns that could do its work with a part of its batch only.
type BatchError struct {
	Failed []message.Message // of the batch; may be a part of its slice
	Err    error             // why
}

// Error says how many messages failed, and why.
func (e *BatchError) Error() string { return fmt.Sprintf("%d messages: %v", len(e.Failed), e.Err) }

// Unwrap returns the reason.
func (e *BatchError) Unwrap() error { return e.Err }

// FailedOf returns those messages of a batch that its receiver could not do its work with, by what it
// returned: all, unless that says more. It is for hosts, which pass them to engine.Publisher.Fail.
func FailedOf(batch []message.Message, err error) []message.Message {
	var part *BatchError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &part):
		return part.Failed
	}
	return batch
}

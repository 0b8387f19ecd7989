package wire

import "fmt"

// FormatError is a mistake in a frame, or in what was to become one.
type FormatError struct {
	Offset  int    // the first byte of what is wrong, from 0
	Problem string // what is wrong
	Want    string // what would be right; may be empty
}

// Error says where, what, and what would be right.
func (e FormatError) Error() string {
	text := fmt.Sprintf("byte %d: %s", e.Offset, e.Problem)
	if e.Want != "" {
		text += "; want " + e.Want
	}
	return text
}

func wrong(offset int, want, format string, details ...any) error {
	return FormatError{offset, fmt.Sprintf(format, details...), want}
}

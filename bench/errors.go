package bench

import "errors"

// What a run can find wrong. The error that Run returns wraps one of them and names the sink, the
// stream and the sequence number.
var (
	// ErrLost: a message did not arrive, and no link counted it as dropped.
	ErrLost = errors.New("bench: message lost")
	// ErrDuplicated: a message arrived twice.
	ErrDuplicated = errors.New("bench: message duplicated")
	// ErrReordered: a message arrived after one that was published later.
	ErrReordered = errors.New("bench: message reordered")
	// ErrGarbled: a message's bytes are not those that were published.
	ErrGarbled = errors.New("bench: message garbled")
	// ErrMiscounted: the engine's counts are not those of the sinks, or do not add up.
	ErrMiscounted = errors.New("bench: message miscounted")
)

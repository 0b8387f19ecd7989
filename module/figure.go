package module

import "time"

// Figure is a number that a module reports of its run, beside what the engine counts of it.
type Figure struct {
	Name string // as it reads behind the number: "handed over"
	N    uint64
}

// Reporter reports figures. A gateway asks when it makes its report, after Close; others may ask at
// any time after Configure and from any goroutine.
type Reporter interface {
	Figures() []Figure
}

// SlowCloser has a Close that waits for somebody outside the gateway, for longer than the gateway
// would let it.
type SlowCloser interface {
	Closer
	// CloseTime is how long Close may take at most. The gateway waits that long, whatever is left
	// of its own time to stop.
	CloseTime() time.Duration
}

// Waiter has a handler that may wait for somebody outside the gateway who is away, which is as it should
// be, not a hang: what lasts as long as that is neither warned of nor ended.
type Waiter interface {
	// Waiting tells whether that is so. It may be called from any goroutine at any time after
	// Configure, and returns at once.
	Waiting() bool
}

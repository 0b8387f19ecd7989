package gateway

import "context"

// turn is held by whoever changes something that only one may change at a time. Unlike a mutex it is
// waited for no longer than a context allows.
type turn chan struct{}

func newTurn() turn { return make(turn, 1) }

// take waits for the turn; false if ctx was done before. A free one is taken whatever ctx says.
func (t turn) take(ctx context.Context) bool {
	select {
	case t <- struct{}{}:
		return true
	default:
	}
	select {
	case t <- struct{}{}:
		return true
	case <-ctx.Done():
		return false
	}
}

func (t turn) give() { <-t }

package outprocess

import (
	"context"
	"time"
)

// backoff waits longer from time to time. It belongs to one goroutine.
type backoff struct{ first, most, next time.Duration }

func newBackoff(first, most time.Duration) backoff { return backoff{first, most, first} }

func (b *backoff) reset() { b.next = b.first }

// wait returns after the next interval, or when ctx is done.
func (b *backoff) wait(ctx context.Context) { pause(ctx, b.step()) }

// step returns the next interval.
func (b *backoff) step() time.Duration {
	d := b.next
	b.next = min(2*b.next, b.most)
	return d
}

func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

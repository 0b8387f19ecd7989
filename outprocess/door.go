package outprocess

import (
	"context"
	"sync"
)

// door leads the handler to the session that is up, or makes it wait for one.
type door struct {
	mu      sync.Mutex
	session *session      // nil: none is up
	changed chan struct{} // closed when session changes
}

func newDoor() *door { return &door{changed: make(chan struct{})} }

// lead makes s the session that is up; nil: none.
func (d *door) lead(s *session) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.session = s
	close(d.changed)
	d.changed = make(chan struct{})
}

// through returns the session that is up, and waits for one until ctx is done.
func (d *door) through(ctx context.Context) (*session, error) {
	for {
		s, changed := d.look()
		if s != nil && !s.isOver() {
			return s, nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func (d *door) look() (*session, <-chan struct{}) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.session, d.changed
}

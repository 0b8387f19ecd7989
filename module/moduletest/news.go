package moduletest

import (
	"sync"
	"time"
)

// news guards what its owner embeds it in and lets goroutines wait for a change. The zero value is
// ready.
type news struct {
	mu      sync.Mutex
	changed chan struct{} // closed at the next change; nil: nobody waits
}

// change makes a change and wakes all who wait.
func (n *news) change(make func()) {
	n.mu.Lock()
	defer n.mu.Unlock()
	make()
	if n.changed != nil {
		close(n.changed)
		n.changed = nil
	}
}

// await looks, at once and after every change, and reports whether it has seen what it looks for
// within the limit.
func (n *news) await(limit time.Duration, seen func() bool) bool {
	timeout := time.After(limit)
	for {
		ok, changed := n.look(seen)
		if ok {
			return true
		}
		select {
		case <-changed:
		case <-timeout:
			return false
		}
	}
}

func (n *news) look(seen func() bool) (bool, <-chan struct{}) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.changed == nil {
		n.changed = make(chan struct{})
	}
	return seen(), n.changed
}

package gateway

import "sync"

// gauge counts running tasks and tells when there is none. Unlike a sync.WaitGroup it may be added
// to while it is waited for, and waiting for it can be given up.
type gauge struct {
	mu      sync.Mutex
	running int
	begun   bool          // add was called
	none    chan struct{} // closed while running is 0
}

func newGauge() *gauge {
	none := make(chan struct{})
	close(none)
	return &gauge{none: none}
}

func (g *gauge) add() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.running == 0 {
		g.none = make(chan struct{})
	}
	g.running++
	g.begun = true
}

func (g *gauge) done() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.running--
	if g.running == 0 {
		close(g.none)
	}
}

// used tells whether anything was ever running.
func (g *gauge) used() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.begun
}

// idle is closed as soon as nothing is running, if nothing was added in between.
func (g *gauge) idle() <-chan struct{} {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.none
}

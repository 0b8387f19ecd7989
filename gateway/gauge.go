package gateway

import "sync"

// gauge counts running tasks and tells when the last has finished its work. Unlike a sync.WaitGroup
// it may be added to while it is waited for, and waiting for it can be given up.
type gauge struct {
	mu       sync.Mutex
	running  int
	held     int  // what must be over, too, before anybody is told
	begun    bool // add was called
	finished bool // nothing is running because the last to end had finished
	told     bool // none is closed
	none     chan struct{}
}

func newGauge() *gauge {
	none := make(chan struct{})
	close(none)
	return &gauge{none: none, told: true}
}

// add counts a task that begins.
func (g *gauge) add() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.running++
	g.begun, g.finished = true, false
	if g.told {
		g.none, g.told = make(chan struct{}), false
	}
}

// done counts a task that has finished its work.
func (g *gauge) done() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.running--
	g.finished = g.running == 0
	g.tell()
}

// leave counts a task that has ended without finishing: nobody is told if it is the last.
func (g *gauge) leave() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.running--
}

// hold keeps what may yet begin tasks from being overtaken by the end of the others.
func (g *gauge) hold() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.held++
}

func (g *gauge) release() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.held--
	g.tell()
}

func (g *gauge) tell() {
	if g.finished && g.held == 0 && !g.told {
		close(g.none)
		g.told = true
	}
}

// used tells whether anything was ever running.
func (g *gauge) used() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.begun
}

// idle is closed as soon as nothing is running or held, if nothing was added in between and the last
// to end had finished.
func (g *gauge) idle() <-chan struct{} {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.none
}

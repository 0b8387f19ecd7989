package engine

import (
	"maps"
	"slices"
	"time"

	"github.com/millrace/millrace/internal/arena"
	"github.com/millrace/millrace/internal/atom"
	"github.com/millrace/millrace/internal/park"
)

// trimPeriod is how often the engine looks for memory that was free all the time since it looked last,
// which it then gives back: what a burst took is gone within a minute of quiet. Where nothing is free
// nobody looks.
const trimPeriod = 20 * time.Second

// keeper gives memory back that modules do not need. It costs nothing while no module has any free.
//
// Field ledger: armed by any goroutine that makes memory free, and by the keeper's own; stop by who
// armed it.
type keeper struct {
	trim  func()
	armed atom.Bool // a look is to come, or none ever again
	stop  atom.Pointer[func()]
}

// arm makes the keeper look after a period. Any goroutine may call it; it does not wait.
func (k *keeper) arm() {
	if k.armed.CompareAndSwap(false, true) {
		stop := park.After(trimPeriod, k.look)
		k.stop.Store(&stop)
	}
}

func (k *keeper) look() {
	// SYNC POINT: keeper. What comes free from here on arms the keeper anew.
	k.armed.Store(false)
	k.trim()
}

// end ends the keeping.
func (k *keeper) end() {
	k.armed.Store(true)
	if stop := k.stop.Load(); stop != nil {
		(*stop)()
	}
}

// trim gives back what no module has needed since the last time.
func (e *Engine) trim() {
	if e.state.Load() == closed {
		return
	}
	more := false
	for _, a := range e.arenas() {
		more = a.Trim() || more
	}
	if more {
		e.keeper.arm()
	}
}

// arenas returns the memory of all modules, and of those detached that have messages out.
func (e *Engine) arenas() []*arena.Arena {
	e.mu.Lock()
	defer e.mu.Unlock()
	list := slices.Collect(maps.Keys(e.orphans))
	for _, m := range e.modules {
		list = append(list, m.arena)
	}
	return list
}

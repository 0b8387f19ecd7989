package engine

import (
	"sync"
	"time"

	"github.com/millrace/millrace/internal/arena"
	"github.com/millrace/millrace/internal/atom"
	"github.com/millrace/millrace/internal/completion"
	"github.com/millrace/millrace/internal/park"
	"github.com/millrace/millrace/message"
	"github.com/millrace/millrace/property"
	"github.com/millrace/millrace/routing"
)

// Options of an engine. Every zero value is a sensible default, and a number below zero is the same.
type Options struct {
	Memory   int64          // cap on each module's message memory, bytes (and 4 KiB a publisher); 0 or less: 64 MiB
	Overflow int64          // cap on what a module in a cycle keeps beyond its ring, bytes; 0: 4 MiB
	Limits   message.Limits // of one message
	Keys     int            // property keys to intern; 0: 1024, at most 2^20; more work, more slowly
	Drain    time.Duration  // how long Close drains when its context has no deadline; 0: 5 s
}

const (
	maxKeys         = 1 << 20
	defaultOverflow = 4 << 20
	defaultDrain    = 5 * time.Second
)

// Engine is a broker, made by New: the zero Engine refuses everything as a closed one does. All its
// methods may be called from any goroutine.
type Engine struct {
	options Options
	keys    *property.Keys

	state    atom.Uint32 // running, draining, closed; written under mu
	snapshot atom.Pointer[routing.Snapshot[*link]]
	waiting  waiting        // publishers that wait for room
	idle     park.WaitQueue // Close waits here for modules to fall idle
	runners  sync.Map       // goroutine number -> *Module whose handler runs there

	keeper   keeper
	whenFree func() // arms the keeper; never written

	tokens completion.Pool // of Completions
	asks   atom.Bool       // there are Completions

	lettering   sync.Mutex // serialises DeadLetter
	letters     atom.Pointer[letterWriter]
	lettersLost atom.Uint64

	mu       park.Mutex // guards what follows, and every field said to be guarded by it
	table    *routing.Table[*link]
	modules  map[string]*Module
	moment   uint64 // how often links changed: see ledger
	links    map[pairName]*link
	retired  linkSet                   // removed, and still counting
	remnants remnants                  // what is removed, and not at rest yet
	bus      ledger                    // of what all sources published
	past     map[pairName]Counts       // of removed links between attached modules
	totals   Totals                    // what is not any link's, and of links forgotten
	relays   map[*Publisher]struct{}   // see Publisher.Relay
	departed map[*Module]struct{}      // detached modules whose publishers are not all closed
	orphans  map[*arena.Arena]struct{} // of detached modules, with messages out
	closing  *closing                  // set by the first Close
	tidying  *time.Timer               // see tidy
}

const (
	unmade uint32 = iota // New has not made it
	running
	draining
	closed
)

type pairName struct{ source, sink string }

// New makes an engine without modules.
func New(o Options) *Engine {
	if o.Overflow <= 0 {
		o.Overflow = defaultOverflow
	}
	if o.Drain <= 0 {
		o.Drain = defaultDrain
	}
	e := &Engine{
		options:  o,
		keys:     property.NewKeys(min(o.Keys, maxKeys)),
		modules:  make(map[string]*Module),
		links:    make(map[pairName]*link),
		past:     make(map[pairName]Counts),
		relays:   make(map[*Publisher]struct{}),
		departed: make(map[*Module]struct{}),
		orphans:  make(map[*arena.Arena]struct{}),
	}
	e.keeper.trim, e.whenFree = e.trim, e.keeper.arm
	e.table = routing.NewTable[*link](e.keys)
	e.snapshot.Store(e.table.Snapshot())
	e.state.Store(running)
	return e
}

// Key interns a property key, for Draft.SetKey. The zero Engine has none.
func (e *Engine) Key(name string) property.Key {
	if e.keys == nil {
		return property.Key{}
	}
	return e.keys.Intern(name)
}

// inHandler returns the module whose handler runs on the calling goroutine, or nil. It is for slow
// paths: it costs about a microsecond.
func (e *Engine) inHandler() *Module {
	if m, ok := e.runners.Load(park.Goroutine()); ok {
		return m.(*Module)
	}
	return nil
}

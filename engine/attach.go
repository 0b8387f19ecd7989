package engine

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"github.com/millrace/millrace/filter"
	"github.com/millrace/millrace/internal/arena"
	"github.com/millrace/millrace/internal/atom"
	"github.com/millrace/millrace/internal/layout"
	"github.com/millrace/millrace/internal/park"
	"github.com/millrace/millrace/routing"
)

// DefaultCapacity is how many messages a module's ring holds unless its options say otherwise.
const DefaultCapacity = 1024

// MaxCapacity is the largest capacity of a module's ring.
const MaxCapacity = 1 << 20

const longestName = 256 // bytes

// ModuleOptions of a module. Every zero value is a sensible default, and so is a capacity below zero.
type ModuleOptions struct {
	Capacity int            // messages its ring holds, up to MaxCapacity; 0: DefaultCapacity
	Accept   *filter.Filter // what it takes from the bus: see Any; nil: nothing

	// OnPanic is told when the handler panicked, on the handler's goroutine, after the messages
	// that it panicked over were counted as failed: one if the handler was made by Each, else the
	// whole batch, but for those that Each handlers, called by it, had returned from. The handler is
	// not called again before OnPanic returns. Nil lets the panic end the program.
	OnPanic func(Panic)
}

// Module is an attached module. Its methods may be called from any goroutine.
type Module struct {
	engine  *Engine
	name    string
	handler Handler // of the runner alone, once attached
	each    bool    // Each has made it
	arena   *arena.Arena
	queue   *queue // nil without a handler
	out     *Publisher
	ctx     context.Context // of the handler's calls
	cancel  context.CancelFunc
	stopped atom.Bool     // publishers refuse
	done    chan struct{} // closed when no handler call will follow

	rest    park.WaitQueue // AwaitIdle waits here
	onPanic func(Panic)
	calls   atom.Uint64 // of the handler, and how many messages the latest has: see Engine.Calls

	detached   atom.Bool               // it is not one of the engine's modules any more; set under engine.mu
	publishers map[*Publisher]struct{} // guarded by engine.mu, as is what follows
	ledger     ledger                  // of what they published
	plans      uint64                  // of theirs that lead somewhere
	links      linkSet                 // from it or to it, those that are removed and still count included
	past       map[pairName]struct{}   // those of engine.past with its name
	sinks      map[*Module]struct{}    // with which it has a pair
}

// Attach adds a module. A nil handler is for one that only publishes. Messages are delivered from
// here on.
func (e *Engine) Attach(name string, h Handler, o ModuleOptions) (*Module, error) {
	if name == "" || name == routing.Any || len(name) > longestName ||
		strings.ContainsFunc(name, unicode.IsControl) {
		return nil, fmt.Errorf("%w: %s", ErrName, strconv.Quote(name))
	}
	if o.Accept != nil && h == nil {
		return nil, fmt.Errorf("%w: %s", ErrNoHandler, name)
	}
	if o.Capacity > MaxCapacity {
		return nil, fmt.Errorf("%w: %d for %s, at most %d", ErrCapacity, o.Capacity, name, MaxCapacity)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.state.Load() != running {
		return nil, ErrClosed
	}
	if e.modules[name] != nil {
		return nil, fmt.Errorf("%w: module %s", ErrDuplicate, name)
	}
	m := e.newModule(name, h, o)
	e.modules[name] = m
	if h != nil {
		e.startTidying()
		go newReceiver(m).run()
	}
	if o.Accept != nil {
		e.accept(m, *o.Accept)
	}
	return m, nil
}

func (e *Engine) newModule(name string, h Handler, o ModuleOptions) *Module {
	m := &Module{
		engine:     e,
		name:       name,
		handler:    h,
		onPanic:    o.OnPanic,
		arena:      arena.NewArena((*layout.Keys)(e.keys), arena.Limits(e.options.Limits), e.options.Memory),
		done:       make(chan struct{}),
		publishers: make(map[*Publisher]struct{}),
	}
	m.arena.WhenFree(e.whenFree)
	m.ctx, m.cancel = context.WithCancel(context.Background())
	if h == nil {
		close(m.done)
		return m
	}
	capacity := o.Capacity
	if capacity <= 0 {
		capacity = DefaultCapacity
	}
	m.queue = newQueue(capacity, e.options.Overflow)
	m.out = m.newPublisher(ofHandler)
	m.out.progress = &progress{}
	_, m.each = h.(each)
	return m
}

// Module returns the attached module of that name.
func (e *Engine) Module(name string) (*Module, bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	m, ok := e.modules[name]
	return m, ok
}

// Name returns the module's name.
func (m *Module) Name() string { return m.name }

// InHandler tells whether the caller is in the module's handler. It costs about a microsecond.
func (m *Module) InHandler() bool { return m.engine.inHandler() == m }

// Detach takes the module out: its links are removed, its publishers refuse, what is queued for it
// is delivered. It returns when its handler will not be called again, or ErrLeft when ctx is done:
// then what was queued is counted as left. Called from a handler it does not wait, and the rest
// happens on its own.
func (m *Module) Detach(ctx context.Context) error {
	m.engine.unlinkAll(m)
	if m.engine.inHandler() != nil {
		go m.finish(context.Background()) //nolint:errcheck // nobody is there to be told
		return nil
	}
	return m.finish(ctx)
}

// stop makes publishers refuse and queues take no more. Engine.mu is held.
func (m *Module) stop() {
	m.stopped.Store(true)
	m.arena.Nudge()
	if m.queue != nil {
		m.queue.close()
	}
}

func (m *Module) finish(ctx context.Context) error {
	var err error
	if held := awaitDone(ctx, []*Module{m}); len(held) > 0 {
		err = fmt.Errorf("%w: %s", ErrLeft, m.name)
		m.abandon()
	}
	m.arena.Retire()
	m.engine.forget(m)
	return err
}

// abandon discards what is queued and interrupts the handler's context. It does not wait for the
// handler.
func (m *Module) abandon() {
	if m.queue != nil {
		m.queue.abandoned.Store(true) // first: an interrupted handler is not called again
	}
	m.cancel()
	if m.queue != nil {
		m.queue.bell.Ring()
	}
}

package gateway

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"runtime/debug"
	"sync"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/module"
)

// ErrNotStarted is returned by a host's Publisher before the module's Start and after its Stop.
var ErrNotStarted = errors.New("a publisher can be had only between Start and Stop")

// host is the gateway as one module sees it.
type host struct {
	name     string
	log      *slog.Logger
	gateway  *Gateway
	instance *instance
	life     int             // which of the module's lives it belongs to
	tasks    *gauge          // of this life
	tasksCtx context.Context // ends with the life, or when the gateway stops; set before Open
	cancel   context.CancelFunc

	mu       sync.Mutex
	attached *engine.Module // nil: publishers are refused
}

var _ module.Host = (*host)(nil)

func newHost(in *instance, g *Gateway, log *slog.Logger) *host {
	return &host{
		name: in.doc.Name, log: log, gateway: g, instance: in, life: in.number,
		tasks: newGauge(), cancel: func() {},
	}
}

// Name implements module.Host.
func (h *host) Name() string { return h.name }

// Log implements module.Host.
func (h *host) Log() *slog.Logger { return h.log }

// Stdin implements module.Host.
func (h *host) Stdin() io.Reader { return h.gateway.options.Stdin }

// Stdout implements module.Host.
func (h *host) Stdout() io.Writer { return h.gateway.options.Stdout }

// Publisher implements module.Host.
func (h *host) Publisher() (*engine.Publisher, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.attached == nil {
		return nil, fmt.Errorf("module %q: %w", h.name, ErrNotStarted)
	}
	return h.attached.Publisher()
}

// admit opens the way for publishers of the attached module; nil closes it.
func (h *host) admit(attached *engine.Module) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.attached = attached
}

// Go implements module.Host. A task begun while the gateway stops still runs, with a context that
// is cancelled already, so that it can clean up.
func (h *host) Go(task func(ctx context.Context) error) {
	h.gateway.tasks.add()
	h.tasks.add()
	go func() {
		defer h.over()
		h.ended(h.run(task))
	}()
}

// over counts a task that has returned. One that did because its module was removed has finished
// nothing: the gateway does not end by a removal.
func (h *host) over() {
	h.tasks.done()
	if h.instance.ctx.Err() != nil {
		h.gateway.tasks.leave()
	} else {
		h.gateway.tasks.done()
	}
}

// run runs a task; one that panics makes its module fail.
func (h *host) run(task func(ctx context.Context) error) (err error) {
	defer func() {
		if value := recover(); value != nil {
			h.log.Error("a task panicked", "panic", value, "stack", string(debug.Stack()))
			h.gateway.tasks.hold() // not finished: there is a restart to come
			go func() {
				defer h.gateway.tasks.release()
				h.instance.failed(h.life, fmt.Sprintf("panic: %v", value))
			}()
		}
	}()
	return task(h.tasksCtx)
}

// ended keeps a task's error, unless it comes of the gateway's stopping.
func (h *host) ended(err error) {
	if err == nil || (h.tasksCtx.Err() != nil && isStop(err)) {
		return
	}
	h.log.Error("a task failed", "error", err)
	h.instance.tasks.add(err)
}

// isStop tells whether an error is what a task that is stopped may run into.
func isStop(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, ErrNotStarted) ||
		errors.Is(err, engine.ErrClosed)
}

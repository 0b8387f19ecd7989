package moduletest

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"strings"
	"sync"

	"github.com/millrace/millrace/engine"
)

// Options of a Host. The zero value names the module "subject" and gives it an empty stdin.
type Options struct {
	Name   string         // of the module; "": subject
	Stdin  io.Reader      // nil: empty; closed with the host if it is an io.Closer
	Stdout io.Writer      // nil: captured, see Host.Output
	Sink   engine.Handler // takes what the module publishes; nil: collected, see Rig.Await
}

// Host is a module.Host that captures what the module prints and logs. It may be used on its own
// to test Open; Start makes one that is joined to an engine.
type Host struct {
	name   string
	stdin  io.Reader
	stdout io.Writer
	output capture
	logged capture
	log    *slog.Logger
	tasks  tasks

	mu     sync.Mutex
	joined *engine.Module // nil: Publisher is refused
}

// NewHost makes a host that is not joined to an engine.
func NewHost(o Options) *Host {
	h := &Host{name: o.Name, stdin: o.Stdin, stdout: o.Stdout}
	if h.name == "" {
		h.name = "subject"
	}
	if h.stdin == nil {
		h.stdin = strings.NewReader("")
	}
	if h.stdout == nil {
		h.stdout = &h.output
	}
	level := &slog.HandlerOptions{Level: slog.LevelDebug}
	h.log = slog.New(slog.NewTextHandler(&h.logged, level)).With("module", h.name)
	h.tasks.ctx, h.tasks.cancel = context.WithCancel(context.Background())
	return h
}

// Name returns the module's name.
func (h *Host) Name() string { return h.name }

// Log returns a logger whose text Logged returns.
func (h *Host) Log() *slog.Logger { return h.log }

// Stdin returns the reader of the options.
func (h *Host) Stdin() io.Reader { return h.stdin }

// Stdout returns the writer of the options, or one whose text Output returns.
func (h *Host) Stdout() io.Writer { return h.stdout }

// Publisher makes a publisher between Start and Stop.
func (h *Host) Publisher() (*engine.Publisher, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.joined == nil {
		return nil, errors.New("moduletest: no publisher before Start or after Stop")
	}
	return h.joined.Publisher()
}

// Go runs a task until it returns or the rig is stopped.
func (h *Host) Go(task func(ctx context.Context) error) { h.tasks.start(task) }

// Output returns what the module has printed.
func (h *Host) Output() string { return h.output.String() }

// Logged returns what the module has logged, in slog's text format.
func (h *Host) Logged() string { return h.logged.String() }

func (h *Host) join(m *engine.Module) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.joined = m
}

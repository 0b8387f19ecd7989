// Package gateway runs the modules of a gateway document around one engine: it configures, opens,
// attaches, links and starts them in the order of the document, and stops and closes them in
// reverse. The life of a module is described in package module.
//
// While it runs it can be changed: Update adds modules and links, Remove and Unlink take them away.
// Events tells of it. New, Run and what belongs to a module's life are one goroutine's after the
// other; everything else may be called from any goroutine.
package gateway

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/millrace/millrace/document"
	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/internal/redact"
)

// StopTimeout is how long a gateway may take to stop unless Options say otherwise.
const StopTimeout = 5 * time.Second

// StartTimeout is how long each step of a module's beginning may take unless Options say otherwise.
const StartTimeout = 10 * time.Second

// Options of a gateway. The zero value runs it on the streams of the process.
type Options struct {
	Log    *slog.Logger // nil: slog.Default()
	Stdin  io.Reader    // what modules read as standard input; nil: os.Stdin
	Stdout io.Writer    // what modules write as standard output; nil: os.Stdout

	// StopTimeout is from the wish to stop until Run returns; a module.SlowCloser may ask for more.
	StopTimeout time.Duration // 0: StopTimeout

	// StartTimeout is how long a module's Configure, Open and Start may take, each. While a module is
	// restarted others may wait for it: then the three have StopTimeout together.
	StartTimeout time.Duration // 0: StartTimeout
}

// ErrUsed is returned by a second Run: the modules of a gateway live once.
var ErrUsed = errors.New("the gateway has been run already")

// Gateway is a set of configured modules that is ready to run.
type Gateway struct {
	file    string // of the document it was made from
	limits  engine.Options
	options Options
	engine  *engine.Engine
	secrets redact.Redactor // of its document and of all updates
	tasks   *gauge          // the tasks of all modules; held by restarts and changes
	ctx     context.Context // ends when the gateway stops; set by Run
	cancel  context.CancelFunc
	used    atomic.Bool
	up      atomic.Bool // every module was started, and stopping has not begun

	announcer announcer
	changing  turn // of starting, of each change, and in the end of stopping, for good

	// Guarded by mu, and written only with the turn: who has that may read without mu.
	mu      sync.Mutex
	modules []*instance // in the order they were added in
	links   []document.Link
	letters string            // the module that gets dead letters
	loaders map[string]string // named by documents
	inHand  []*instance       // brought up or taken down by the change that has the turn
	over    bool              // the gateway stops; guarded by mu alone
}

// New makes a gateway with fresh modules and configures each of them. Nothing is opened yet and
// nothing has to be closed if Run is never called. The document is not changed and may be used
// again for another gateway.
func New(doc *document.Document, o Options) (*Gateway, error) {
	g := &Gateway{
		file:     doc.File,
		limits:   doc.Engine,
		links:    slices.Clone(doc.Links),
		letters:  doc.DeadLetter,
		loaders:  maps.Clone(doc.Loaders),
		options:  o.withDefaults(),
		engine:   engine.New(doc.Engine),
		tasks:    newGauge(),
		changing: newTurn(),
	}
	g.hide(doc)
	g.announcer.callbacks = newGauge()
	var err error
	if g.modules, err = g.configured(context.Background(), doc.Modules); err != nil {
		return nil, g.secrets.Error(err)
	}
	g.announce(Created)
	return g, nil
}

// hide keeps the secrets of the gateway's first document out of its log.
func (g *Gateway) hide(doc *document.Document) {
	g.secrets.Join(doc.Secrets)
	g.options.Log = slog.New(g.secrets.Handler(g.options.Log.Handler()))
}

// configured makes and configures modules.
func (g *Gateway) configured(ctx context.Context, list []document.Module) (modules []*instance, err error) {
	for _, m := range list {
		in, err := newInstance(m, g)
		if err != nil {
			return nil, err
		}
		in.changed = g.up.Load()
		if err := in.configure(ctx); err != nil {
			return nil, err
		}
		modules = append(modules, in)
	}
	return modules, nil
}

func (o Options) withDefaults() Options {
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.Stdin == nil {
		o.Stdin = os.Stdin
	}
	if o.Stdout == nil {
		o.Stdout = os.Stdout
	}
	if o.StopTimeout <= 0 {
		o.StopTimeout = StopTimeout
	}
	if o.StartTimeout <= 0 {
		o.StartTimeout = StartTimeout
	}
	return o
}

// Run starts the modules and blocks until ctx is cancelled or every task of every module has
// finished, those of modules that were added meanwhile included; a gateway whose modules began no
// task while starting runs until ctx is cancelled, and so does one whose last task ended because
// its module was removed. Then it stops, within StopTimeout. If a module cannot be opened or
// started, what has been done so far is undone in reverse and the error names that module.
//
// The error is nil when ctx was cancelled or all work was done, every task, Stop and Close
// succeeded and returned in time, and no message failed (ErrFailed) or was left undelivered. The
// report is valid either way.
func (g *Gateway) Run(ctx context.Context) (Report, error) {
	if g.used.Swap(true) {
		return Report{}, ErrUsed
	}
	err := g.start(ctx)
	if err == nil {
		watched := make(chan struct{})
		go func() {
			defer close(watched)
			g.watch(g.ctx)
		}()
		defer func() { <-watched }()
		g.wait(ctx)
	}
	limit := g.options.StopTimeout
	if err != nil && ctx.Err() != nil {
		limit -= limit / stopShare // which went to the step that was under way
	}
	report := g.stop(ctx, limit)
	report.Started = err == nil
	g.farewell()
	if ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		err = nil // asked to stop while starting, and did
	}
	return report, g.secrets.Error(errors.Join(err, report.Err()))
}

// Stats returns the engine's counters as they stand.
func (g *Gateway) Stats() engine.Stats { return g.engine.Stats() }

func (g *Gateway) wait(ctx context.Context) {
	var finished <-chan struct{} // never, if no task was begun
	if g.tasks.used() {
		finished = g.tasks.idle()
	}
	select {
	case <-ctx.Done():
		g.options.Log.Debug("stopping", "because", context.Cause(ctx))
	case <-finished:
		g.options.Log.Debug("stopping", "because", "every module has finished its work")
	}
}

func linkError(l document.Link, err error) error {
	return fmt.Errorf("link %s -> %s: %w", l.Source, l.Sink, err)
}

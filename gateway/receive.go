package gateway

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/message"
	"github.com/millrace/millrace/module"
)

// handler adapts the module's Receive for the engine; nil if the module takes no messages, and does not
// discard them either. It looks the module up at each call: a restart changes it.
func (in *instance) handler() engine.Handler {
	switch in.code.(type) {
	case module.BatchReceiver:
		return engine.HandlerFunc(in.receiveBatch)
	case module.Receiver:
		return engine.Each(in.receive)
	}
	if in.doc.Discards {
		return engine.HandlerFunc(in.discard)
	}
	return nil
}

// discard throws messages away, for a module that takes none.
func (in *instance) discard(_ context.Context, _ *engine.Publisher, batch []message.Message) {
	in.discarded.Add(uint64(len(batch)))
}

// discardFigures says how many messages were thrown away, of a module that discards.
func (in *instance) discardFigures() []module.Figure {
	if in.attached == nil || !in.doc.Discards {
		return nil
	}
	return []module.Figure{{Name: "discarded", N: in.discarded.Load()}}
}

func (in *instance) receiveBatch(ctx context.Context, out *engine.Publisher, batch []message.Message) {
	in.life.Lock()
	defer in.life.Unlock()
	if in.gone.Load() {
		panic(errGone)
	}
	in.served = in.number
	if err := in.code.(module.BatchReceiver).ReceiveBatch(ctx, out, batch); err != nil {
		in.errors.note(err)
		out.Fail(module.FailedOf(batch, err)...)
	}
}

func (in *instance) receive(ctx context.Context, out *engine.Publisher, m message.Message) {
	in.life.Lock()
	defer in.life.Unlock()
	if in.gone.Load() {
		panic(errGone)
	}
	in.served = in.number
	if err := in.code.(module.Receiver).Receive(ctx, out, m); err != nil {
		in.errors.note(err)
		out.Fail(m)
	}
}

// logEvery is the least time between two log lines about one module's Receive.
const logEvery = time.Second

// failures counts what a module's Receive returned and logs a part of it. Everything but count
// belongs to the module's handler, which the engine never enters twice at once.
type failures struct {
	log    *slog.Logger
	count  atomic.Uint64
	logged time.Time // the latest line
	hidden int       // errors since then
}

// note logs the first error at once and then at most one line a second, with the number of those
// not shown; a module that fails at every message must not drown the log.
func (f *failures) note(err error) {
	f.count.Add(1)
	now := time.Now()
	if !f.logged.IsZero() && now.Sub(f.logged) < logEvery {
		f.hidden++
		return
	}
	if f.hidden > 0 {
		f.log.Error("a message could not be handled", "error", err, "notShown", f.hidden)
	} else {
		f.log.Error("a message could not be handled", "error", err)
	}
	f.logged, f.hidden = now, 0
}

package remote

import (
	"context"
	"encoding/json"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/module"
	"github.com/millrace/millrace/wire"
)

// inward publishes what comes from the gateway. It is started first, and its Start holds the others
// back until the gateway says START.
type inward struct {
	line    *line
	opened  chan struct{} // closed when every module is open
	started chan struct{} // closed by START
	readers sync.WaitGroup
	log     *slog.Logger

	frames  atomic.Uint64 // read so far
	busy    atomic.Bool   // one of them is being published
	refused atomic.Uint64
}

// Configure implements module.Module.
func (*inward) Configure(json.RawMessage) error { return nil }

// Start implements module.Starter.
func (in *inward) Start(ctx context.Context, host module.Host) error {
	out, err := host.Publisher()
	if err != nil {
		return err
	}
	in.log = host.Log()
	close(in.opened)
	select {
	case <-in.started:
	case <-ctx.Done():
		out.Close()
		return ctx.Err()
	}
	in.readers.Go(func() { in.read(out) })
	host.Go(func(ctx context.Context) error { // the module lives until DESTROY
		<-ctx.Done()
		return nil
	})
	return nil
}

// read goes on until the line is closed, which is after everything is drained: a gateway whose
// messages nobody reads might not get to reading ours.
func (in *inward) read(out *engine.Publisher) {
	defer out.Close()
	for {
		conn, err := in.line.get(context.Background())
		if err != nil {
			return
		}
		frame, err := conn.Receive()
		if err != nil {
			in.line.broken(conn)
			continue
		}
		in.busy.Store(true)
		in.frames.Add(1)
		in.take(out, frame)
		in.busy.Store(false)
	}
}

func (in *inward) take(out *engine.Publisher, frame []byte) {
	m, err := wire.ParseMessage(frame)
	if err == nil {
		err = publish(out, m)
	}
	if err == nil {
		return
	}
	if n := in.refused.Add(1); n&(n-1) == 0 {
		in.log.Warn("a message frame from the gateway is refused", "error", err, "refused", n)
	}
}

func publish(out *engine.Publisher, m wire.Message) error {
	ctx := context.Background()
	d, err := out.Claim(ctx)
	if err != nil {
		return err
	}
	for key, value := range m.Properties() {
		d.SetBytes(key, value)
	}
	d.SetContent(m.Content())
	return out.Publish(ctx, d)
}

// Nothing more is expected when nothing has come at so many looks in a row. What the gateway sent before
// its DESTROY is in this machine's memory by then. Many short looks, because a machine that is busy may
// let one pass without our reader, but hardly all.
const (
	silentLooks = 10
	lookEvery   = 4 * time.Millisecond
)

// settle waits until nothing more comes, or ctx is done.
func (in *inward) settle(ctx context.Context) {
	for silent := 0; silent < silentLooks && ctx.Err() == nil; silent++ {
		before := in.frames.Load()
		time.Sleep(lookEvery)
		if in.frames.Load() != before || in.busy.Load() {
			silent = -1
		}
	}
}

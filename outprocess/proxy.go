package outprocess

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/fault"
	"github.com/millrace/millrace/message"
	"github.com/millrace/millrace/module"
	"github.com/millrace/millrace/wire"
)

// proxy stands in the gateway for a module that runs elsewhere.
type proxy struct {
	remote Remote
	place  place
	create []byte // the CREATE frame
	door   *door
	tally  tally

	host    module.Host
	child   *child // launched by Open; the keeper's from Start to its end
	keeper  *keeper
	inbound *inbound
	end     context.CancelFunc // of the keeper's life
}

var (
	_ module.Opener        = (*proxy)(nil)
	_ module.Starter       = (*proxy)(nil)
	_ module.BatchReceiver = (*proxy)(nil)
	_ module.Stopper       = (*proxy)(nil)
	_ module.SlowCloser    = (*proxy)(nil)
	_ module.Reporter      = (*proxy)(nil)
)

// Configure implements module.Module.
func (p *proxy) Configure(args json.RawMessage) (err error) {
	if p.place, err = p.remote.resolve(); err != nil {
		return err
	}
	if len(args) == 0 {
		args = json.RawMessage("null")
	}
	p.create, err = wire.AppendControl(nil, wire.Control{
		Type: wire.Create, Address: string(p.place.message), Args: string(args),
	})
	if len(p.create) > wire.ReceiveMost {
		return fault.Fault{
			Problem: fmt.Sprintf("arguments of %d bytes", len(args)),
			Want:    fmt.Sprintf("want less than %d, which is what a remote module takes", wire.ReceiveMost),
		}
	}
	p.door = newDoor()
	return err
}

// Open implements module.Opener.
func (p *proxy) Open(_ context.Context, host module.Host) (err error) {
	p.host = host
	if p.place.launched {
		p.child, err = p.launch()
	}
	return err
}

func (p *proxy) launch() (*child, error) { return launch(p.place.launch, p.host.Stdout()) }

// Start implements module.Starter. It does not wait for the remote.
func (p *proxy) Start(_ context.Context, host module.Host) (err error) {
	if p.inbound, err = newInbound(host, &p.tally); err != nil {
		return err
	}
	first := DefaultBackoff
	if p.place.launched {
		first = p.place.launch.Backoff
	}
	p.keeper = &keeper{
		place:    p.place,
		create:   p.create,
		relaunch: p.launch,
		log:      host.Log(),
		door:     p.door,
		inbound:  p.inbound,
		tally:    &p.tally,
		child:    p.child,
		pause:    newBackoff(first, backoffMost*first),
		patience: p.place.timeout,
		first:    make(chan struct{}),
		done:     make(chan struct{}),
	}
	life, end := context.WithCancel(context.Background())
	p.end = end
	go p.keeper.run(life)
	host.Go(p.watch)
	return nil
}

// watch is the module's task: a remote module may publish as long as the gateway runs. It ends
// early, with an error, if the remote does not come.
func (p *proxy) watch(ctx context.Context) error {
	timer := time.NewTimer(p.place.start)
	defer timer.Stop()
	select {
	case <-p.keeper.first:
	case <-timer.C:
		return p.absent()
	case <-ctx.Done():
	}
	<-ctx.Done()
	return nil
}

func (p *proxy) absent() error {
	err := fmt.Errorf("%w at %s after %v", ErrAbsent, p.place.control, p.place.start)
	if why := p.keeper.reason(); why != nil {
		err = fmt.Errorf("%w: %w", err, why)
	}
	return err
}

// ReceiveBatch implements module.BatchReceiver. While there is no remote, or it does not read, it
// waits, the queue behind it fills, and the links' deliveries say what becomes of more.
func (p *proxy) ReceiveBatch(ctx context.Context, _ *engine.Publisher, batch []message.Message) error {
	stop := context.AfterFunc(ctx, p.interrupt)
	defer stop()
	var tooLarge error
	for i, m := range batch {
		err := p.hand(ctx, m)
		switch {
		case err == nil:
		case errors.Is(err, ErrTooLarge):
			tooLarge = err
		default:
			p.tally.notHanded.Add(uint64(len(batch) - i))
			return fmt.Errorf("%w: %d of them: %w", ErrNotHanded, len(batch)-i, err)
		}
	}
	return tooLarge
}

// hand gives a message to the remote; if that is lost meanwhile, to the next.
func (p *proxy) hand(ctx context.Context, m message.Message) error {
	frame := m.Wire()
	if len(frame) > wire.ReceiveMost {
		p.tally.tooLarge.Add(1)
		return fmt.Errorf("%w: a frame of %d bytes, at most %d", ErrTooLarge, len(frame), wire.ReceiveMost)
	}
	for {
		s, err := p.door.through(ctx)
		if err != nil {
			return err
		}
		if s.send(frame) == nil {
			p.tally.handed.Add(1)
			return nil
		}
	}
}

// interrupt ends a send that would not.
func (p *proxy) interrupt() {
	if s, _ := p.door.look(); s != nil {
		s.fail(context.Canceled)
	}
}

// Stop implements module.Stopper: what the remote sends is published no more. It goes on receiving
// until Close.
func (p *proxy) Stop(context.Context) error {
	p.inbound.stop()
	return nil
}

// Close implements module.Closer: DESTROY, the grace, the signal.
func (p *proxy) Close() error {
	grace := time.Duration(0)
	if p.keeper != nil {
		began := time.Now()
		p.end()
		<-p.keeper.done
		p.inbound.out.Close()
		p.child = p.keeper.child
		grace = max(0, p.place.launch.Grace+lingering-time.Since(began))
	}
	if p.child != nil {
		p.child.stop(grace)
	}
	if path, isIPC := p.place.message.Path(); isIPC && p.place.fresh {
		_ = os.Remove(path) // a remote that was killed left it behind
	}
	return nil
}

// slack is what Close may take beyond what it waits for, on a machine that has much else to do.
const slack = 10 * time.Second

// CloseTime implements module.SlowCloser.
func (p *proxy) CloseTime() time.Duration {
	if p.place.launched {
		return lingering + 2*p.place.launch.Grace + killAfter + slack
	}
	return lingering + 2*p.place.timeout + slack
}

// Figures implements module.Reporter.
func (p *proxy) Figures() []module.Figure { return p.tally.figures() }

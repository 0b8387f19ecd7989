package outprocess

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/millrace/millrace/fault"
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
	_ module.Drainer       = (*proxy)(nil)
	_ module.Stopper       = (*proxy)(nil)
	_ module.SlowCloser    = (*proxy)(nil)
	_ module.Reporter      = (*proxy)(nil)
	_ module.Waiter        = (*proxy)(nil)
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
	if len(p.create) > wire.ReceiveMax {
		return fault.Fault{
			Problem: fmt.Sprintf("arguments of %d bytes", len(args)),
			Want: fmt.Sprintf("want less than %d, which is what a remote module takes",
				wire.ReceiveMax),
		}
	}
	p.door = newDoor()
	return err
}

// Open implements module.Opener.
func (p *proxy) Open(_ context.Context, host module.Host) (err error) {
	p.host = host
	if err = p.place.checkFolders(); err != nil {
		return err
	}
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
		pause:    newBackoff(first, backoffMax*first),
		patience: p.place.timeout,
		first:    make(chan struct{}),
		done:     make(chan struct{}),
	}
	p.keeper.notice = time.AfterFunc(noticeAfter, p.keeper.sayWhat)
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

// Figures implements module.Reporter.
func (p *proxy) Figures() []module.Figure { return p.tally.figures() }

// Waiting implements module.Waiter: the handler waits while there is no remote.
func (p *proxy) Waiting() bool {
	s, _ := p.door.look()
	return s == nil || s.isOver()
}

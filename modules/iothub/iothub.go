// Package iothub connects devices to Azure IoT Hub: it sends their messages to the cloud and
// publishes what the cloud sends them, as v1's module of that name does.
//
// Every device that a message names has a connection of its own, over MQTT 3.1.1 and TLS, and an
// outbox of bounded size in which its messages wait, in order, until the hub has acknowledged them:
// at least once, while the gateway runs. What is not acknowledged is counted, by reason.
//
// # Who does what
//
//	ReceiveBatch   puts messages into outboxes, and waits where one is full
//	device.run     one goroutine a device: connects, sends, renews, connects again
//	session.read   one goroutine a connection: acknowledgements, messages from the cloud
//	hub.announce   one goroutine: publishes messages from the cloud, and receipts
//
// Only the last one waits for sinks of the gateway; and a connection waits for nobody but the hub.
// So a slow module cannot hold up what goes to the cloud: a message from the cloud that has no
// place in the queue to announce is not acknowledged, and the hub keeps it.
//
// # Stopping
//
// Stop lets every device that is not connected try once more, and waits until the outboxes are
// empty. If its context ends before, nobody connects any more. Messages that are received after
// Stop are sent too, and ReceiveBatch waits until they are confirmed or given up, because nobody
// would later. Close ends the connections and counts what is left.
package iothub

import (
	"context"
	"encoding/json"
	"log/slog"
	"sync"
	"time"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/message"
	"github.com/millrace/millrace/module"
	"github.com/millrace/millrace/modules/internal/tally"
)

// hub is the module.
type hub struct {
	args   arguments
	log    *slog.Logger
	tally  *tally.Tally
	dialer dialer

	life     context.Context // until Close
	end      context.CancelFunc
	dialling context.Context // until Stop has waited too long; within life
	hangUp   context.CancelFunc
	quit     chan struct{} // closed when the gateway begins to stop
	quitting sync.Once
	running  sync.WaitGroup // the devices' goroutines

	desk *desk

	mu      sync.Mutex
	changed *sync.Cond // an outbox has lost a message, or a device another state
	devices map[string]*device
}

func newHub() *hub {
	h := &hub{
		tally: tally.New(nil), devices: make(map[string]*device), quit: make(chan struct{}),
	}
	h.changed = sync.NewCond(&h.mu)
	return h
}

func (h *hub) Configure(raw json.RawMessage) (err error) {
	h.args, err = parseArguments(raw)
	return err
}

func (h *hub) Open(_ context.Context, host module.Host) (err error) {
	h.log = host.Log()
	h.tally.LogTo(h.log)
	h.life, h.end = context.WithCancel(context.Background())
	h.dialling, h.hangUp = context.WithCancel(h.life)
	h.desk = newDesk()
	h.dialer, err = h.args.dialer()
	if h.args.transport != mqtt {
		h.log.Warn("the transport is not spoken: MQTT over TLS is used instead",
			"transport", h.args.transport, "address", h.dialer.address)
	}
	return err
}

func (h *hub) Start(_ context.Context, host module.Host) error {
	out, err := host.Publisher()
	if err != nil {
		return err
	}
	h.desk.closed = make(chan struct{})
	go h.announce(out)
	return nil
}

// ReceiveBatch copies the messages into the outboxes of their devices.
func (h *hub) ReceiveBatch(
	ctx context.Context, out *engine.Publisher, batch []message.Message,
) error {
	for _, m := range batch {
		h.receive(ctx, m)
	}
	if h.stopping() {
		h.settle(ctx)
		h.clearDesk(ctx, out)
	}
	return nil
}

func (h *hub) receive(ctx context.Context, m message.Message) {
	a, ok := addressee(m)
	if !ok {
		h.tally.Count(ignored, 1)
		return
	}
	d, why := h.device(a)
	switch {
	case d == nil:
		h.refuse(m, a, why)
	case a.registers:
		h.tally.Count(registered, 1)
	default:
		if p := newParcel(d.name, m); p.tooLarge() {
			h.refuse(m, a, tooLarge)
		} else {
			h.put(ctx, d, p)
		}
	}
}

// refuse counts a message that finds no outbox.
func (h *hub) refuse(m message.Message, a address, why string) {
	h.tally.Lose(why, "device", clip(string(a.name)))
	id, _ := m.Property(propertyID)
	h.receipt(string(id), statusError)
}

// device finds the device or makes it; or says why there can be none.
func (h *hub) device(a address) (*device, string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if d := h.devices[string(a.name)]; d != nil {
		if d.key != string(a.key) {
			d.key = string(a.key) // for the next connection
		}
		return d, ""
	}
	switch {
	case !usable(a.name):
		return nil, unusableName
	case len(h.devices) >= h.args.MaxDevices:
		return nil, tooMany
	}
	d := newDevice(h, string(a.name), string(a.key))
	h.devices[d.name] = d
	h.running.Go(d.run)
	return d, ""
}

func (h *hub) stopping() bool {
	select {
	case <-h.quit:
		return true
	default:
		return false
	}
}

// Stop waits for acknowledgements for three quarters of the time that ctx allows: whoever comes too
// late is not closed, and then nobody counts what is left.
func (h *hub) Stop(ctx context.Context) error {
	if deadline, ok := ctx.Deadline(); ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, time.Until(deadline)*3/4)
		defer cancel()
	}
	h.quitting.Do(func() { close(h.quit) })
	h.settle(ctx)
	if ctx.Err() != nil {
		h.hangUp()
	}
	h.desk.close(ctx)
	return nil
}

// Close ends the connections.
func (h *hub) Close() error {
	h.quitting.Do(func() { close(h.quit) })
	h.end()
	h.running.Wait()
	h.desk.hurry()
	h.leaveDesk()
	h.tally.Report()
	return nil
}

// Figures implements module.Reporter: what became of messages, as the log has it at the end.
func (h *hub) Figures() []module.Figure { return h.tally.Figures() }

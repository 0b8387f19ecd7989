package iothub

import (
	"context"
	"strings"

	"github.com/eclipse/paho.mqtt.golang/packets"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/message"
)

// How much may wait to be published. The hub keeps at most 50 messages a device, of 64 KiB each.
const (
	arrivalsMax = 128
	receiptsMax = 4096
)

// What becomes of what the module publishes itself, as the log says it.
const (
	received      = "from the cloud"
	deferred      = "from the cloud, left to the hub for the next connection"
	undeliverable = "dropped: from the cloud, cannot be published"
	receiptLost   = "dropped: a receipt, cannot be published"
)

// desk is where messages from the cloud and receipts wait to be published. Nobody waits to put
// something there.
type desk struct {
	arrivals chan arrival
	unheard  int // arrivals that have not been published; the hub's mutex guards it
	receipts chan receipt
	closing  chan struct{} // closed when nothing new is to be waited for
	closed   chan struct{} // closed when the goroutine has ended; nil: it was never begun
	ctx      context.Context
	hurry    context.CancelFunc // whoever waits for a sink waits no longer
}

// arrival is a message from the cloud that is not acknowledged yet.
type arrival struct {
	device  string
	session *session
	packet  *packets.PublishPacket
}

// receipt says what became of a message that somebody asks about.
type receipt struct{ id, status string }

func newDesk() *desk {
	d := &desk{
		arrivals: make(chan arrival, arrivalsMax),
		receipts: make(chan receipt, receiptsMax),
		closing:  make(chan struct{}),
	}
	d.ctx, d.hurry = context.WithCancel(context.Background())
	return d
}

// hear takes a message from the cloud, in the reader's goroutine. One that finds no place is left
// to the hub, and so are all that follow it on this connection, or they would overtake it; the
// device connects anew when there is room, and the hub sends them again.
func (h *hub) hear(d *device, s *session, p *packets.PublishPacket) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !s.behind && !h.stopping() {
		select {
		case h.desk.arrivals <- arrival{d.name, s, p}:
			h.desk.unheard++
			return
		default:
		}
	}
	s.behind = true
	h.tally.Count(deferred, 1)
	d.behind = s
	h.catchUp()
}

// heard takes note that an arrival has been dealt with.
func (h *hub) heard() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.desk.unheard--
	h.catchUp()
}

// catchUp lets the devices that are behind connect anew once the desk is empty.
func (h *hub) catchUp() {
	if h.desk.unheard > 0 {
		return
	}
	for _, d := range h.devices {
		if d.behind != nil {
			leave(d.behind.anew)
			d.behind = nil
		}
	}
}

// receipt tells whoever asked with an iotHubMessageId, if anybody did.
func (h *hub) receipt(id, status string) {
	if id == "" {
		return
	}
	select {
	case h.desk.receipts <- receipt{id, status}:
	default:
		h.tally.Lose(receiptLost, "iotHubMessageId", clip(id))
	}
}

// announce is the goroutine that publishes what comes to the desk, and at the end what is there.
func (h *hub) announce(out *engine.Publisher) {
	defer close(h.desk.closed)
	defer out.Close()
	for {
		select {
		case a := <-h.desk.arrivals:
			h.announceArrival(h.desk.ctx, out, a)
			h.heard()
		case r := <-h.desk.receipts:
			h.announceReceipt(h.desk.ctx, out, r)
		case <-h.desk.closing:
			h.clearDesk(h.desk.ctx, out)
			return
		}
	}
}

// clearDesk publishes what is there now.
func (h *hub) clearDesk(ctx context.Context, out *engine.Publisher) {
	for {
		select {
		case a := <-h.desk.arrivals:
			h.announceArrival(ctx, out, a)
			h.heard()
		case r := <-h.desk.receipts:
			h.announceReceipt(ctx, out, r)
		default:
			return
		}
	}
}

// announceArrival publishes a message from the cloud and then acknowledges it. One that the gateway
// has no memory or no time for is not acknowledged: the hub keeps it.
func (h *hub) announceArrival(ctx context.Context, out *engine.Publisher, a arrival) {
	d, err := out.Claim(ctx)
	if err != nil {
		h.tally.Count(deferred, 1)
		return
	}
	a.write(d)
	if err := d.Err(); err != nil {
		d.Abort()
		h.tally.Lose(undeliverable, "device", a.device, "error", err)
		a.acknowledge()
		return
	}
	if err := out.Publish(ctx, d); err != nil {
		h.tally.Count(deferred, 1)
		return
	}
	h.tally.Count(received, 1)
	a.acknowledge()
}

// write gives the message v1's properties. They win over what the cloud has given the same names.
func (a arrival) write(d message.Draft) {
	bag, _ := strings.CutPrefix(a.packet.TopicName, boundTopic(a.device))
	for _, p := range parseBag(bag) {
		d.Set(p.name, p.value)
	}
	d.Set(propertySource, fromCloud)
	d.Set(propertyName, a.device)
	d.SetContent(a.packet.Payload)
}

// acknowledge may fail, when the connection has ended since: then the hub sends the message again.
func (a arrival) acknowledge() {
	if a.packet.Qos > 0 {
		_ = a.session.acknowledge(a.packet.MessageID)
	}
}

func (h *hub) announceReceipt(ctx context.Context, out *engine.Publisher, r receipt) {
	d, err := out.Claim(ctx)
	if err == nil {
		d.Set(propertySource, fromCloud)
		d.Set(propertyID, r.id)
		d.Set(propertyStatus, r.status)
		err = out.Publish(ctx, d)
	}
	if err != nil {
		h.tally.Lose(receiptLost, "iotHubMessageId", clip(r.id), "error", err)
	}
}

// close waits until everything that is there has been published, as long as ctx allows.
func (d *desk) close(ctx context.Context) {
	select {
	case <-d.closing:
		return
	default:
		close(d.closing)
	}
	defer context.AfterFunc(ctx, d.hurry)()
	if d.closed != nil {
		<-d.closed
	}
}

// leaveDesk counts what nobody will publish any more.
func (h *hub) leaveDesk() {
	for {
		select {
		case <-h.desk.arrivals:
			h.tally.Count(deferred, 1)
		case r := <-h.desk.receipts:
			h.tally.Lose(receiptLost, "iotHubMessageId", clip(r.id))
		default:
			return
		}
	}
}

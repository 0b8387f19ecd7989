package iothub

import "time"

// window is how many messages of a device may be on their way to the hub without acknowledgement.
// It is what the hub itself announces where it can (Receive Maximum in its preview of MQTT 5).
const window = 16

// parcel is a message on its way to the hub, copied: the gateway's own is released at once.
type parcel struct {
	topic   string
	content []byte
	id      string    // iotHubMessageId: somebody waits for a receipt; "": nobody does
	number  uint16    // the packet's; 0: never sent
	sent    time.Time // the latest time
	strikes int       // connections that ended over it, see outbox.rewind
}

// parcelOverhead is what a parcel takes beside its bytes, roughly.
const parcelOverhead = 128

func (p *parcel) size() int { return len(p.topic) + len(p.content) + len(p.id) + parcelOverhead }

// outbox keeps a device's messages in order until the hub has acknowledged them. The hub's mutex
// guards it.
//
//	queue: [ sent, awaited … | waiting … ]
//	         0 … flying-1      flying …
type outbox struct {
	queue    []*parcel
	flying   int
	bytes    int
	last     uint16 // the number given last
	progress bool   // something was acknowledged since rewind
}

// fits tells whether there is room for p. An empty outbox has room for any message.
func (o *outbox) fits(p *parcel, most int) bool {
	return len(o.queue) == 0 || o.bytes+p.size() <= most
}

func (o *outbox) add(p *parcel) {
	o.queue = append(o.queue, p)
	o.bytes += p.size()
}

// next returns the parcel to be sent now, if any, and whether it was sent before.
func (o *outbox) next(now time.Time) (p *parcel, again bool) {
	if o.flying == len(o.queue) || o.flying == window {
		return nil, false
	}
	p = o.queue[o.flying]
	o.flying++
	again = p.number != 0
	if !again {
		p.number = o.number()
	}
	p.sent = now
	return p, again
}

// number returns a packet number that no message on its way has: the last 16 of 65534 are.
func (o *outbox) number() uint16 {
	o.last++
	if o.last <= subscribeID {
		o.last = subscribeID + 1
	}
	return o.last
}

// acknowledged removes the parcel of that number and returns it; nil if there is none.
func (o *outbox) acknowledged(number uint16) *parcel {
	for i, p := range o.queue[:o.flying] {
		if p.number == number {
			o.flying--
			o.remove(i)
			o.progress = true
			return p
		}
	}
	return nil
}

func (o *outbox) remove(i int) {
	o.bytes -= o.queue[i].size()
	copy(o.queue[1:i+1], o.queue[:i])
	o.queue[0] = nil
	o.queue = o.queue[1:]
}

// overdue tells whether the first message was sent longer ago than limit.
func (o *outbox) overdue(now time.Time, limit time.Duration) bool {
	return o.flying > 0 && now.Sub(o.queue[0].sent) > limit
}

// strikesMax is how many connections in a row may end over the same message: it was the first, and
// nothing was acknowledged. The hub cuts the line on what it does not like, without a reason.
const strikesMax = 10

// rewind makes everything unsent after a connection has ended; all of it will be sent again. It
// returns the message that the hub seems to choke on, if the hub has ended the connection.
func (o *outbox) rewind(byHub bool) (poison *parcel) {
	if byHub && o.flying > 0 && !o.progress {
		first := o.queue[0]
		if first.strikes++; first.strikes >= strikesMax {
			o.remove(0)
			poison = first
		}
	}
	o.flying, o.progress = 0, false
	return poison
}

// clear takes everything out.
func (o *outbox) clear() []*parcel {
	all := o.queue
	o.queue, o.flying, o.bytes = nil, 0, 0
	return all
}

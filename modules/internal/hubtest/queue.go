package hubtest

import (
	"slices"
	"sync"

	mqtt "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/packets"
)

// queue holds the messages to one device until it has acknowledged them. As in Azure it belongs to
// the device and not to a session: whoever subscribes is sent all of it, in order.
type queue struct {
	writing sync.Mutex // held while a message or all of them are written, for their order

	// The hub's mutex guards the rest.
	client  *mqtt.Client
	pending []packets.Packet
	last    uint16
}

func (h *Hub) queueOf(device string) *queue {
	if h.queues[device] == nil {
		h.queues[device] = new(queue)
	}
	return h.queues[device]
}

// Send sends a message to a device, now or when it subscribes. The property bag is as it stands in
// the topic.
func (h *Hub) Send(device, bag, content string) {
	var q *queue
	h.change(func() { q = h.queueOf(device) })
	q.writing.Lock()
	defer q.writing.Unlock()
	var client *mqtt.Client
	var p packets.Packet
	h.change(func() {
		q.last++
		p = packets.Packet{
			FixedHeader: packets.FixedHeader{Type: packets.Publish, Qos: 1},
			TopicName:   "devices/" + device + "/messages/devicebound/" + bag,
			Payload:     []byte(content), PacketID: q.last,
		}
		q.pending = append(q.pending, p)
		client = q.client
	})
	if client != nil {
		_ = client.WritePacket(p) // it is sent again if that fails
	}
}

// OnSubscribed sends what waits for the device.
func (k *hook) OnSubscribed(client *mqtt.Client, _ packets.Packet, _ []byte) {
	var q *queue
	k.hub.change(func() { q = k.hub.queueOf(client.ID) })
	q.writing.Lock()
	defer q.writing.Unlock()
	var pending []packets.Packet
	k.hub.change(func() {
		q.client = client
		pending = slices.Clone(q.pending)
	})
	for _, p := range pending {
		if client.WritePacket(p) != nil {
			return
		}
	}
}

// OnPacketRead takes note of acknowledgements.
func (k *hook) OnPacketRead(client *mqtt.Client, p packets.Packet) (packets.Packet, error) {
	if p.FixedHeader.Type == packets.Puback {
		k.hub.change(func() {
			q := k.hub.queueOf(client.ID)
			q.pending = slices.DeleteFunc(q.pending, func(sent packets.Packet) bool {
				return sent.PacketID == p.PacketID
			})
		})
	}
	return p, nil
}

// AwaitSubscribed waits until the device has subscribed on a connection that stands.
func (h *Hub) AwaitSubscribed(device string) {
	h.t.Helper()
	h.await("subscription", func() bool {
		q := h.queueOf(device)
		return h.server != nil && q.client != nil && !q.client.Closed()
	})
}

// AwaitAcknowledged waits until a device has acknowledged all messages that were sent to it.
func (h *Hub) AwaitAcknowledged(device string) {
	h.t.Helper()
	h.await("acknowledgement", func() bool { return len(h.queueOf(device).pending) == 0 })
}

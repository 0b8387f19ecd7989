// Package hubtest plays Azure IoT Hub on the loopback interface: an MQTT broker behind TLS that lets
// devices in by shared access signature, refuses every topic that the hub does not have, ends
// connections whose token has expired, and does harm on demand. It is for tests only.
package hubtest

import (
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	mqtt "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/packets"
)

// The hub's name in the world.
const (
	Name   = "millrace-test"
	Suffix = "azure-devices.example"
	Host   = Name + "." + Suffix
)

// patience bounds every wait; nothing that works takes a noticeable part of it.
const patience = 30 * time.Second

// Message is one that a device has sent.
type Message struct {
	Device     string
	Properties map[string]string
	Content    string
	Again      bool // marked as sent before
}

// Verdict is what the hub does with a message.
type Verdict int

// The verdicts.
const (
	Accept   Verdict = iota
	Withhold         // neither kept nor acknowledged
	Cut              // the connection is ended
	Forget           // kept, and the connection ended without an acknowledgement
	Later            // kept, and acknowledged after a while
)

// Hub is a hub under the control of a test. Its methods may be called from any goroutine.
type Hub struct {
	t      testing.TB
	keys   map[string]string
	config *tls.Config
	ca     string

	mu       sync.Mutex
	changed  chan struct{} // closed at the next change
	server   *mqtt.Server  // nil while it is shut
	address  string
	judge    func(Message) Verdict
	messages []Message
	logins   []Login
	faults   []string
	queues   map[string]*queue // of messages to devices
}

// Start opens a hub that knows these devices, by their keys in base64. It is shut with the test, and
// fails it if a device has used a topic that it must not.
func Start(t testing.TB, keys map[string]string) *Hub {
	t.Helper()
	certificate, file := certificate(t)
	h := &Hub{
		t: t, keys: keys, ca: file, changed: make(chan struct{}), address: "127.0.0.1:0",
		queues: make(map[string]*queue),
		config: &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12},
		judge:  func(Message) Verdict { return Accept },
	}
	h.Open()
	t.Cleanup(func() {
		h.Shut()
		for _, fault := range h.faults {
			t.Error("hub: " + fault)
		}
	})
	return h
}

// Open opens the hub again at the address it has had. It knows of no session from before.
func (h *Hub) Open() {
	h.t.Helper()
	server := mqtt.New(&mqtt.Options{Logger: slog.New(slog.DiscardHandler)})
	must(h.t, server.AddHook(&hook{hub: h}, nil))
	listener, err := openDoor(h.Address(), h.config)
	must(h.t, err)
	must(h.t, server.AddListener(listener))
	must(h.t, server.Serve())
	h.change(func() { h.server, h.address = server, listener.Address() })
}

// Shut closes the hub: nobody listens at its address.
func (h *Hub) Shut() {
	var server *mqtt.Server
	h.change(func() { server, h.server = h.server, nil })
	if server != nil {
		_ = server.Close()
	}
}

// Address is where it listens, as host:port.
func (h *Hub) Address() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.address
}

// CAFile is a file with the authority that has signed its certificate.
func (h *Hub) CAFile() string { return h.ca }

// Kill ends every connection as a broken line does.
func (h *Hub) Kill() {
	for _, client := range h.clients() {
		client.Stop(errors.New("killed by the test"))
	}
}

func (h *Hub) clients() (list []*mqtt.Client) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.server == nil {
		return nil
	}
	for _, client := range h.server.Clients.GetAll() {
		if !client.Closed() {
			list = append(list, client)
		}
	}
	return list
}

// Judge sets what the hub does with messages from now on.
func (h *Hub) Judge(judge func(Message) Verdict) { h.change(func() { h.judge = judge }) }

// Messages are those accepted so far, those sent twice too.
func (h *Hub) Messages() []Message {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.messages)
}

// Logins are all so far.
func (h *Hub) Logins() []Login {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.logins)
}

// Await waits until the hub has so many messages, those sent twice too.
func (h *Hub) Await(n int) []Message {
	h.t.Helper()
	h.await("messages", func() bool { return len(h.messages) >= n })
	return h.Messages()
}

// AwaitLogins waits until there have been so many logins, refused ones too.
func (h *Hub) AwaitLogins(n int) []Login {
	h.t.Helper()
	h.await("logins", func() bool { return len(h.logins) >= n })
	return h.Logins()
}

func (h *Hub) await(what string, seen func() bool) {
	h.t.Helper()
	timeout := time.After(patience)
	for {
		h.mu.Lock()
		ok, changed := seen(), h.changed
		h.mu.Unlock()
		if ok {
			return
		}
		select {
		case <-changed:
		case <-timeout:
			h.t.Fatalf("hub: no such %s within %v; logins: %v", what, patience, h.Logins())
		}
	}
}

func (h *Hub) change(make func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	make()
	h.tell()
}

// blame fails the test at its end.
func (h *Hub) blame(fault string) { h.change(func() { h.faults = append(h.faults, fault) }) }

func (h *Hub) tell() {
	close(h.changed)
	h.changed = make(chan struct{})
}

// hook is what the broker asks.
type hook struct {
	mqtt.HookBase
	hub *Hub
}

func (*hook) ID() string { return "hubtest" }

func (*hook) Provides(b byte) bool {
	return slices.Contains([]byte{
		mqtt.OnConnectAuthenticate, mqtt.OnACLCheck, mqtt.OnPublish, mqtt.OnSubscribed,
		mqtt.OnPacketRead,
	}, b)
}

// grace is how long a device may stay after its token has expired. It is for machines that crawl; a
// device that renews its token never needs it.
const grace = 10 * time.Second

// OnConnectAuthenticate lets a device in until its token has expired.
func (k *hook) OnConnectAuthenticate(client *mqtt.Client, p packets.Packet) bool {
	login := k.hub.admit(client.ID, string(p.Connect.Username), string(p.Connect.Password))
	k.hub.change(func() { k.hub.logins = append(k.hub.logins, login) })
	if login.Fault != "" {
		return false
	}
	expire := func() { client.Stop(errors.New("the token has expired")) }
	time.AfterFunc(time.Until(login.Expiry)+grace, expire)
	return true
}

// OnACLCheck allows a device the topics that it has.
func (k *hook) OnACLCheck(client *mqtt.Client, topic string, write bool) bool {
	base := "devices/" + client.ID + "/messages/"
	if write && strings.HasPrefix(topic, base+"events/") || topic == base+"devicebound/#" ||
		!write && strings.HasPrefix(topic, base+"devicebound/") {
		return true
	}
	k.hub.blame(client.ID + " may not use the topic " + topic)
	return false
}

func (k *hook) OnPublish(client *mqtt.Client, p packets.Packet) (packets.Packet, error) {
	m := Message{Device: client.ID, Content: string(p.Payload), Again: p.FixedHeader.Dup}
	bag := strings.TrimPrefix(p.TopicName, "devices/"+client.ID+"/messages/events/")
	m.Properties = k.hub.properties(bag)
	if p.FixedHeader.Qos != 1 || p.FixedHeader.Retain {
		k.hub.blame("not QoS 1, or retained")
	}
	verdict := k.hub.take(m)
	switch verdict {
	case Cut, Forget:
		client.Stop(errors.New("cut by the test"))
	case Later:
		time.AfterFunc(later, func() { acknowledge(client, p.PacketID) })
	}
	if verdict != Accept {
		return p, packets.ErrRejectPacket
	}
	return p, nil
}

// later is how long after a message its acknowledgement comes.
const later = 20 * time.Millisecond

func acknowledge(client *mqtt.Client, number uint16) {
	_ = client.WritePacket(packets.Packet{ // the device may be gone
		FixedHeader: packets.FixedHeader{Type: packets.Puback}, PacketID: number,
	})
}

func (h *Hub) take(m Message) Verdict {
	h.mu.Lock()
	defer h.mu.Unlock()
	verdict := h.judge(m)
	if verdict != Withhold && verdict != Cut {
		h.messages = append(h.messages, m)
		h.tell()
	}
	return verdict
}

// properties decodes a property bag, strictly.
func (h *Hub) properties(bag string) map[string]string {
	list := make(map[string]string)
	if bag == "" {
		return list
	}
	for pair := range strings.SplitSeq(bag, "&") {
		name, value, whole := strings.Cut(pair, "=")
		key, err1 := url.PathUnescape(name)
		text, err2 := url.PathUnescape(value)
		if !whole || err1 != nil || err2 != nil || strings.ContainsAny(pair, "+ #/") {
			h.blame("a bad property bag: " + bag)
		}
		list[key] = text
	}
	return list
}

// Dead returns an address at which nobody listens.
func Dead(t testing.TB) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	must(t, listener.Close())
	return listener.Addr().String()
}

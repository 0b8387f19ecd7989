package iothub

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/eclipse/paho.mqtt.golang/packets"

	"github.com/millrace/millrace/module/moduletest"
)

// over makes a session whose hub sends these bytes and then ends the connection.
func over(t testing.TB, sent []byte) *session {
	t.Helper()
	hub, conn := net.Pipe()
	go func() {
		_, _ = hub.Write(sent)
		_ = hub.Close()
	}()
	t.Cleanup(func() { _ = conn.Close() })
	return &session{
		conn: conn, in: bufio.NewReader(conn), out: bufio.NewWriter(conn), lost: make(chan struct{}),
	}
}

// FuzzPackets: nothing that a hub sends makes a session panic, hang or take much memory.
func FuzzPackets(f *testing.F) {
	publish := packets.NewControlPacket(packets.Publish).(*packets.PublishPacket)
	publish.Qos, publish.MessageID, publish.TopicName = 1, 7, "devices/d/messages/devicebound/a=b"
	publish.Payload = []byte("content")
	var b bytes.Buffer
	_ = publish.Write(&b)
	f.Add(b.Bytes())
	f.Add([]byte{0x20, 2, 0, 0, 0x40, 2, 0, 1})
	f.Add([]byte{0x30, 0xff, 0xff, 0xff, 0x7f})
	f.Add([]byte{0x30, 0xff, 0xff, 0xff, 0xff, 0x7f})
	f.Fuzz(func(t *testing.T, sent []byte) {
		s := over(t, sent)
		taken := 0
		s.read(func(packets.ControlPacket) error { taken++; return nil })
		if s.err == nil || taken > len(sent) {
			t.Errorf("%d packets, error %v", taken, s.err)
		}
	})
}

// TestLargePacket: a packet that is too large is refused before memory is taken for it.
func TestLargePacket(t *testing.T) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	s := over(t, []byte{0x30, 0xff, 0xff, 0xff, 0x7f, 0, 0})
	_, err := s.packet()
	runtime.ReadMemStats(&after)
	if err == nil || err.Error() != "a packet of 268435455 bytes from the hub" {
		t.Error(err)
	}
	if taken := after.TotalAlloc - before.TotalAlloc; taken > 1<<20 {
		t.Errorf("%d bytes taken", taken)
	}
}

// TestWelcome: what the hub may answer to CONNECT, and what is made of it.
func TestWelcome(t *testing.T) {
	for _, c := range []struct {
		answer  []byte
		want    string
		refused bool
	}{
		{[]byte{0x20, 2, 0, 0}, "", false},
		{[]byte{0x20, 2, 1, 0}, "", false},
		{[]byte{0x20, 2, 0, 2}, "the hub refuses the device: identifier rejected", true},
		{[]byte{0x20, 2, 0, 3}, "server Unavailable", false},
		{[]byte{0x20, 2, 0, 4}, "the hub refuses the device: bad user name or password", true},
		{[]byte{0x20, 2, 0, 5}, "the hub refuses the device: not Authorized", true},
		{[]byte{0x20, 2, 0, 77}, "return code 77", false},
		{[]byte{0x40, 2, 0, 1}, "the answer to CONNECT is another packet: not an MQTT server?", false},
		{nil, "no answer to CONNECT: EOF", false},
		{[]byte("HTTP/1.1 400 Bad Request"), "no answer to CONNECT: unexpected EOF", false},
	} {
		err := over(t, c.answer).welcome()
		if err == nil && c.want != "" || err != nil && !strings.HasPrefix(err.Error(), c.want) ||
			errors.Is(err, errRefused) != c.refused {
			t.Errorf("%q: got %v, want %s", c.answer, err, c.want)
		}
	}
}

// TestRenewalTime: a token is renewed with a fifth of its life left.
func TestRenewalTime(t *testing.T) {
	if got := renewal(time.Hour); got != 48*time.Minute {
		t.Errorf("renewed after %v", got)
	}
}

// TestDeafHub: a hub that does not even read holds nobody up once the gateway ends.
func TestDeafHub(t *testing.T) {
	h := newHub()
	if err := h.Configure([]byte(`{"IoTHubName":"a","IoTHubSuffix":"b"}`)); err != nil {
		t.Fatal(err)
	}
	if err := h.Open(t.Context(), moduletest.NewHost(moduletest.Options{})); err != nil {
		t.Fatal(err)
	}
	_, conn := net.Pipe() // what is written waits for a reader
	s := &session{
		conn: conn, in: bufio.NewReader(conn), out: bufio.NewWriter(conn), lost: make(chan struct{}),
	}
	d := newDevice(h, "d", "")
	d.add(&parcel{topic: "t", content: make([]byte, 10_000)})
	ended := make(chan error)
	go func() { ended <- d.keep(s, time.Now().Add(time.Hour)) }()
	h.end()
	select {
	case <-ended:
	case <-time.After(patience):
		t.Error("it waits for the hub")
	}
}

// patience is less than what a write may take.
const patience = writeTime / 2

// TestNoAnswer: whoever waits too long for the hub's first word is told what for.
func TestNoAnswer(t *testing.T) {
	web := httptest.NewTLSServer(nil) // it has a certificate, and a client that trusts it
	defer web.Close()
	hub, err := tls.Listen("tcp", "127.0.0.1:0", web.TLS)
	if err != nil {
		t.Fatal(err)
	}
	defer hub.Close()
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		conn, err := hub.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		_, _ = conn.Read(make([]byte, 1))
		cancel() // it reads, and says nothing
		_, _ = io.Copy(io.Discard, conn)
	}()
	_, err = open(ctx, dialer{hub.Addr().String(), web.Client().Transport.(*http.Transport).TLSClientConfig}, login{device: "d"})
	if !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "no answer to CONNECT") {
		t.Error(err)
	}
}

// TestPacketAfterClose: a connection that is closed here has no packet, and says so.
func TestPacketAfterClose(t *testing.T) {
	s := over(t, nil)
	_ = s.conn.Close()
	if p, err := s.packet(); err == nil {
		t.Errorf("%v, and no error", p)
	}
}

// TestLostWhileRetiring: a connection that is lost before the hub has acknowledged all is no renewal.
func TestLostWhileRetiring(t *testing.T) {
	h := newHub()
	if err := h.Configure([]byte(`{"IoTHubName":"a","IoTHubSuffix":"b"}`)); err != nil {
		t.Fatal(err)
	}
	if err := h.Open(t.Context(), moduletest.NewHost(moduletest.Options{})); err != nil {
		t.Fatal(err)
	}
	defer h.end()
	d := newDevice(h, "d", "")
	d.flying = 1
	s := &session{lost: make(chan struct{}), err: io.ErrUnexpectedEOF}
	close(s.lost)
	if err := d.retire(s); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Error(err)
	}
}

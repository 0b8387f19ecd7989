package iothub

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/eclipse/paho.mqtt.golang/packets"
)

// Times of a session. The hub disconnects a client that is silent for one and a half of keepAlive.
const (
	keepAlive   = time.Minute
	connectTime = 15 * time.Second // for TCP, TLS and MQTT together
	writeTime   = 30 * time.Second
	parting     = 5 * time.Second        // from DISCONNECT until the hub must have hung up
	lastWord    = 100 * time.Millisecond // the same, when the gateway ends
)

// packetMax is the size in bytes from which on a packet from the hub is refused, before memory is
// taken for it. The hub's own limit is 64 KiB of message.
const packetMax = 512 << 10

// login is what a device says of itself when it connects.
type login struct{ device, user, password string }

// session is one connection of a device, from the hub's consent on. Its life:
//
//	open    dials, sends CONNECT, reads CONNACK, sends SUBSCRIBE
//	read    in a goroutine of its own, until the connection ends: then lost is closed, err says why
//	close   by whoever has had enough
//
// What it writes may come from any goroutine.
type session struct {
	conn net.Conn
	in   *bufio.Reader
	lost chan struct{}
	err  error // valid once lost is closed

	anew   chan struct{} // holds a token if the device is to connect anew
	behind bool          // a message from the cloud was left to the hub; the hub's mutex guards it

	mu  sync.Mutex
	out *bufio.Writer
}

// errRefused says that the hub is there, but not for this device with this key.
var errRefused = errors.New("the hub refuses the device")

// open connects a device and subscribes to what the cloud sends it. The session that it had before
// goes on: the hub keeps subscription and unacknowledged messages.
func open(ctx context.Context, d dialer, who login) (*session, error) {
	conn, err := d.dial(ctx)
	if err != nil {
		return nil, err
	}
	s := &session{
		conn: conn, in: bufio.NewReader(conn), out: bufio.NewWriter(conn),
		lost: make(chan struct{}), anew: make(chan struct{}, 1),
	}
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
	if err := s.greet(who); err != nil {
		_ = conn.Close()
		if ctx.Err() != nil {
			err = fmt.Errorf("no answer to CONNECT: %w", ctx.Err())
		}
		return nil, err
	}
	return s, nil
}

func (s *session) greet(who login) error {
	hello := packets.NewControlPacket(packets.Connect).(*packets.ConnectPacket)
	hello.ProtocolName, hello.ProtocolVersion = "MQTT", 4
	hello.Keepalive = uint16(keepAlive / time.Second)
	hello.ClientIdentifier = who.device
	hello.UsernameFlag, hello.Username = true, who.user
	hello.PasswordFlag, hello.Password = true, []byte(who.password)
	if err := s.send(hello); err != nil {
		return err
	}
	if err := s.welcome(); err != nil {
		return err
	}
	subscribe := packets.NewControlPacket(packets.Subscribe).(*packets.SubscribePacket)
	subscribe.MessageID = subscribeID
	subscribe.Topics, subscribe.Qoss = []string{boundTopic(who.device) + "#"}, []byte{1}
	return s.send(subscribe)
}

// subscribeID is a packet number that no message has, see device.number.
const subscribeID = 1

// welcome reads the hub's answer to CONNECT.
func (s *session) welcome() error {
	p, err := s.packet()
	if err != nil {
		return fmt.Errorf("no answer to CONNECT: %w", err)
	}
	answer, ok := p.(*packets.ConnackPacket)
	switch {
	case !ok:
		return errors.New("the answer to CONNECT is another packet: not an MQTT server?")
	case answer.ReturnCode == packets.Accepted:
		return nil
	}
	why := packets.ConnErrors[answer.ReturnCode]
	if why == nil {
		why = fmt.Errorf("return code %d", answer.ReturnCode)
	}
	switch answer.ReturnCode {
	case packets.ErrRefusedIDRejected, packets.ErrRefusedBadUsernameOrPassword,
		packets.ErrRefusedNotAuthorised:
		return fmt.Errorf("%w: %w", errRefused, why)
	}
	return why
}

// read hands every packet to take until the connection ends or take has had enough.
func (s *session) read(take func(packets.ControlPacket) error) {
	defer close(s.lost)
	for {
		p, err := s.packet()
		if err == nil {
			err = take(p)
		}
		if err != nil {
			s.err = err
			_ = s.conn.Close()
			return
		}
	}
}

// packet reads the next packet, unless it is larger than packetMax.
func (s *session) packet() (packets.ControlPacket, error) {
	if err := s.conn.SetReadDeadline(time.Now().Add(keepAlive + keepAlive/2)); err != nil {
		return nil, err
	}
	for n := 2; n <= 5; n++ { // one byte for the type, then up to four for the length
		head, err := s.in.Peek(n)
		if err != nil {
			return nil, err
		}
		if head[n-1] >= 0x80 {
			continue
		}
		if size, _ := binary.Uvarint(head[1:]); size > packetMax {
			return nil, fmt.Errorf("a packet of %d bytes from the hub", size)
		}
		break
	}
	return packets.ReadPacket(s.in)
}

// send writes a packet and what was written before.
func (s *session) send(p packets.ControlPacket) error {
	if err := s.write(p); err != nil {
		return err
	}
	return s.flush()
}

// write puts a packet into the buffer, which flush empties.
func (s *session) write(p packets.ControlPacket) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.conn.SetWriteDeadline(time.Now().Add(writeTime)); err != nil {
		return err
	}
	return p.Write(s.out)
}

func (s *session) flush() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.out.Flush()
}

// publish writes a message; its acknowledgement is read some time later. One that is sent again is
// marked, and has the number that it had: the hub may know it.
func (s *session) publish(p *parcel, again bool) error {
	m := packets.NewControlPacket(packets.Publish).(*packets.PublishPacket)
	m.Qos, m.Dup, m.MessageID = 1, again, p.number
	m.TopicName, m.Payload = p.topic, p.content
	return s.write(m)
}

// acknowledge tells the hub that a message of its has arrived.
func (s *session) acknowledge(number uint16) error {
	ack := packets.NewControlPacket(packets.Puback).(*packets.PubackPacket)
	ack.MessageID = number
	return s.send(ack)
}

func (s *session) ping() error { return s.send(packets.NewControlPacket(packets.Pingreq)) }

// close ends the connection and waits for the reader. A hub that listens is told, and given the time
// to hang up itself: to close with something unread would take back what was written last.
func (s *session) close() {
	late := time.AfterFunc(parting, func() { _ = s.conn.Close() })
	defer late.Stop()
	if s.send(packets.NewControlPacket(packets.Disconnect)) != nil {
		_ = s.conn.Close()
	}
	<-s.lost
}

// dialer knows the way to the hub.
type dialer struct {
	address string
	config  *tls.Config
}

func (d dialer) dial(ctx context.Context) (net.Conn, error) {
	return (&tls.Dialer{Config: d.config}).DialContext(ctx, "tcp", d.address)
}

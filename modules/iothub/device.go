package iothub

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/eclipse/paho.mqtt.golang/packets"
)

// device is one of the gateway's devices at the hub. A goroutine of its own keeps it connected:
//
//	           ┌───────────── renewed, or the line broke ◄────────────┐
//	           ▼                                                      │
//	connect ──► refused or not reached ──► pause ──► connect …        │
//	   └──────────────────────────────────────────► serve ────────────┘
//
// pause lasts as the retry policy says. Where the policy gives up, what waits is dropped, and the
// next message begins anew. When the gateway stops a device that is not connected has one more try.
type device struct {
	hub  *hub
	name string
	wake chan struct{} // holds a token if there may be something to do

	retry retry // the goroutine's own, like final
	final bool  // the last try has begun

	// The hub's mutex guards the rest.
	outbox
	key      string
	refused  bool     // by the hub, at the latest try: what does not fit into the outbox is dropped
	troubled bool     // the latest try to connect has failed
	behind   *session // whose messages from the cloud found no place at the desk; nil: none
	over     bool     // no goroutine any more: nothing is sent
}

func newDevice(h *hub, name, key string) *device {
	return &device{
		hub: h, name: name, key: key, wake: make(chan struct{}, 1),
		retry: retry{
			policy: h.args.policy, timeout: h.args.RetryTimeout.Duration(), chance: rand.Float64,
		},
	}
}

// run is the device's goroutine.
func (d *device) run() {
	for {
		err := d.attend()
		if !errors.Is(err, errRenewed) && !d.pause(err) {
			break
		}
	}
	d.hub.finish(d)
}

// errRenewed ends a session that is followed by another at once: its token would expire, or the hub
// has messages for the device that there was no room for.
var errRenewed = errors.New("the connection is renewed")

// steady is how long a connection must have lived for its loss to be the first in a row.
const steady = 10 * time.Second

// attend connects the device and keeps it connected until the connection ends.
func (d *device) attend() error {
	s, expiry, err := d.connect()
	d.hub.judge(d, err)
	if err != nil {
		return err
	}
	begun := time.Now()
	err = d.keep(s, expiry)
	d.hub.rewind(d, err)
	if time.Since(begun) >= steady {
		d.retry.reset()
	}
	return err
}

// keep serves a session from its beginning to its end. When the gateway ends, the hub is left a
// moment for a last word, and then nothing waits for it any more, whatever it does.
func (d *device) keep(s *session, expiry time.Time) error {
	hangUp := func() { time.AfterFunc(lastWord, func() { _ = s.conn.Close() }) }
	defer context.AfterFunc(d.hub.life, hangUp)()
	go s.read(func(p packets.ControlPacket) error { return d.take(s, p) })
	err := d.serve(s, expiry)
	s.close()
	return err
}

// connect opens a session with a fresh token and returns when that expires.
func (d *device) connect() (*session, time.Time, error) {
	key, err := base64.StdEncoding.DecodeString(d.hub.keyOf(d))
	if err != nil || len(key) == 0 {
		return nil, time.Time{}, fmt.Errorf("%w: its key is not base64", errRefused)
	}
	ctx, cancel := context.WithTimeout(d.hub.dialling, connectTime)
	defer cancel()
	host := d.hub.args.host
	life := d.hub.args.TokenLifetime.Duration()
	expiry := time.Now().Truncate(time.Second).Add(life + time.Second) // whole seconds, none lost
	s, err := open(ctx, d.hub.dialer, login{
		device:   d.name,
		user:     host + "/" + d.name + "/?api-version=2021-04-12",
		password: signature(host+"/devices/"+d.name, key, expiry),
	})
	return s, expiry, err
}

// acknowledgeTime is how long the hub may leave a message unacknowledged before the connection is
// taken for dead.
const acknowledgeTime = time.Minute

// serve sends what is there until the session ends, the token is to be renewed or the gateway ends.
func (d *device) serve(s *session, expiry time.Time) error {
	tick := time.NewTicker(keepAlive / 2)
	defer tick.Stop()
	renew := time.NewTimer(renewal(time.Until(expiry)))
	defer renew.Stop()
	for {
		if err := d.send(s); err != nil {
			return err
		}
		select {
		case <-d.wake:
		case <-tick.C:
			if d.hub.overdue(d) {
				return fmt.Errorf("no acknowledgement within %v", acknowledgeTime)
			}
			if err := s.ping(); err != nil {
				return err
			}
		case <-renew.C:
			return d.retire(s)
		case <-s.anew:
			return d.retire(s)
		case <-s.lost:
			return s.err
		case <-d.hub.life.Done():
			return context.Canceled
		}
	}
}

// renewal is when in the life of a token it is renewed: with a fifth left, for slow networks and
// clocks that disagree.
func renewal(life time.Duration) time.Duration { return life - life/5 }

// send writes as many messages as the window allows.
func (d *device) send(s *session) error {
	for {
		p, again := d.hub.next(d)
		if p == nil {
			return s.flush()
		}
		if err := s.publish(p, again); err != nil {
			return err
		}
	}
}

// retire gives the hub a moment to acknowledge what is on its way, so that it need not be sent
// again over the next connection.
func (d *device) retire(s *session) error {
	patience := time.NewTimer(5 * time.Second)
	defer patience.Stop()
	for d.hub.flying(d) > 0 {
		select {
		case <-d.wake:
		case <-patience.C:
			return errRenewed
		case <-s.lost:
			return s.err
		case <-d.hub.life.Done():
			return context.Canceled
		}
	}
	return errRenewed
}

// take deals with a packet from the hub, in the reader's goroutine. It does not wait for anything.
func (d *device) take(s *session, p packets.ControlPacket) error {
	switch p := p.(type) {
	case *packets.PubackPacket:
		d.hub.confirm(d, p.MessageID)
	case *packets.PublishPacket:
		d.hub.hear(d, s, p)
	case *packets.SubackPacket:
		if len(p.ReturnCodes) == 1 && p.ReturnCodes[0] == 0x80 {
			d.hub.log.Warn("the hub sends this device nothing", "device", d.name)
		}
	case *packets.PingrespPacket:
	default:
		return errors.New("a packet from the hub that no server sends")
	}
	return nil
}

// pause waits until it is time to connect again, or returns false when that time will not come.
func (d *device) pause(err error) bool {
	h := d.hub
	if h.life.Err() != nil {
		return false
	}
	if !h.stopping() {
		wait, again := d.retry.next(time.Now())
		if !again {
			h.giveUp(d, err)
			d.retry.reset()
			wait = idle
		}
		if d.sleep(wait) && (again || d.await()) {
			return true
		}
	}
	if d.final || h.waiting(d) == 0 {
		return false
	}
	d.final = true
	return true
}

// idle is how long a device that was given up is left alone at least.
const idle = time.Second

// sleep returns false if the gateway began to stop before the time was over.
func (d *device) sleep(wait time.Duration) bool {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-d.hub.quit:
		return false
	}
}

// await waits for a message to send, or returns false when the gateway begins to stop.
func (d *device) await() bool {
	for d.hub.waiting(d) == 0 {
		select {
		case <-d.wake:
		case <-d.hub.quit:
			return false
		}
	}
	return true
}

// rouse tells the goroutine that there may be something to do.
func (d *device) rouse() { leave(d.wake) }

// leave puts a token into a channel of one place if it is empty.
func leave(token chan<- struct{}) {
	select {
	case token <- struct{}{}:
	default:
	}
}

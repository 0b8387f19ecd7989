package outprocess_test

import (
	"strings"
	"testing"

	"github.com/millrace/millrace/wire"
)

// A remote that does one thing at a time answers each message with two, along a link back to itself:
// more than all queues and sockets hold. It never stands still, and what there was no room for is
// counted.
func TestARemoteInACircleDoesNotStandStill(t *testing.T) {
	t.Parallel()
	const answered, size = 3000, 4 << 10
	p := newPeer(t, "ipc")
	r := run(t, p.remote(), setup{capacity: 2, circle: true})
	p.attach()
	served := make(chan struct{})
	go func() {
		defer close(served)
		frame, err := wire.AppendMessage(nil, nil, []byte(strings.Repeat("x", size)))
		for n := 0; err == nil; n++ {
			if _, err = p.data.Receive(); err == nil && n < answered {
				err = p.data.Send(frame)
			}
			if err == nil && n < answered {
				err = p.data.Send(frame)
			}
		}
	}()
	for range 200 {
		r.publish("from outside the circle")
	}
	r.await("handed over", answered)
	r.stop()
	p.command(wire.Destroy)
	p.die()
	<-served
	report, err := r.end()
	if err != nil {
		t.Error(err)
	}
	for _, l := range report.Engine.Links {
		if l.Source == far && l.Sink == far && l.Dropped.Cycle == 0 {
			t.Errorf("nothing was dropped: the circle was not full: %+v", l)
		}
	}
}

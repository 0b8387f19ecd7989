package outprocess

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/millrace/millrace/internal/sp"
	"github.com/millrace/millrace/wire"
)

// keeper sees to it that there is a remote: it connects, creates and starts it, and does so again
// when it is lost. It runs in a goroutine of its own from Start to Close, because messages are
// delivered, and so a remote is needed, also while the gateway drains.
//
// Field ledger: everything but first, done, why and waitsFor is the goroutine's; child is the proxy's before
// and after.
type keeper struct {
	place    place
	create   []byte // the frame
	relaunch func() (*child, error)
	log      *slog.Logger
	door     *door
	inbound  *inbound
	tally    *tally

	child    *child
	pause    backoff
	patience time.Duration

	first chan struct{} // closed when the remote is attached for the first time
	done  chan struct{} // closed when the keeper has ended

	notice *time.Timer // runs while there is no remote

	mu       sync.Mutex
	why      error  // the latest reason for which there is no remote
	waitsFor string // what has to come next, until there is one
}

const (
	pollFirst = 5 * time.Millisecond
	pollMax   = 250 * time.Millisecond
	// backoffMax is how often the first interval goes into the longest.
	backoffMax = 50
)

// run keeps a remote until life is done, and then ends it.
func (k *keeper) run(life context.Context) {
	defer close(k.done)
	defer k.notice.Stop()
	for life.Err() == nil {
		lasted, err := k.serve(life)
		if life.Err() != nil {
			return
		}
		k.note(err)
		if lasted >= k.pause.most {
			k.pause.reset()
		}
		k.pause.wait(life)
	}
}

// serve has one session, from connecting to its end, and tells how long it was up.
func (k *keeper) serve(life context.Context) (lasted time.Duration, err error) {
	control, err := k.reach(life)
	if err != nil {
		return 0, err
	}
	s := newSession(life, control)
	s.readers.Go(func() { k.inbound.readControl(s) })
	if err = k.begin(life, s); err == nil {
		began := time.Now()
		err = k.attend(life, s)
		lasted = time.Since(began)
	}
	orderly := life.Err() != nil && s.destroy(frameOf(wire.Destroy), k.farewell())
	handed := s.close()
	if !orderly {
		k.tally.unconfirmed.Add(handed)
	}
	if life.Err() == nil {
		k.log.Warn("the remote module is gone", "error", err, "unconfirmed", handed)
	}
	return lasted, err
}

// farewell is how long a remote may take over DESTROY.
func (k *keeper) farewell() time.Duration {
	if k.place.launched {
		return k.place.launch.Grace
	}
	return k.place.timeout
}

// frameOf makes a control frame without a body, which cannot fail.
func frameOf(t wire.Type) []byte {
	frame, _ := wire.AppendControl(nil, wire.Control{Type: t})
	return frame
}

// reach connects to the remote, and launches it anew if it has ended.
func (k *keeper) reach(life context.Context) (*sp.Conn, error) {
	k.awaits(forListener)
	poll := newBackoff(pollFirst, pollMax)
	for tried := false; ; tried = true {
		conn, err := sp.Dial(life, k.place.control, controlMax, k.place.trusted...)
		if err == nil || life.Err() != nil {
			return conn, err
		}
		switch {
		case tried:
		case errors.Is(err, sp.ErrStranger):
			k.log.Error("refused", "control", k.place.control, "error", err)
		case !k.place.launched:
			k.log.Info("waiting for the remote module", "control", k.place.control)
		}
		k.note(err)
		if k.place.launched && k.child.ended() != nil {
			k.revive(life)
		}
		poll.wait(life)
	}
}

// revive launches the remote anew. The wait after a session was for one that had served; one that
// had not waits here.
func (k *keeper) revive(life context.Context) {
	k.note(k.child.ended())
	if !k.child.served {
		k.log.Warn("the remote module ended before it was attached", "error", k.child.ended())
		k.pause.wait(life)
	}
	if life.Err() != nil {
		return
	}
	next, err := k.relaunch()
	if err != nil {
		k.child.served = false
		k.note(err)
		k.log.Error("the remote module is not launched again", "error", err)
		return
	}
	k.child = next
}

// begin makes the remote create and start the module.
func (k *keeper) begin(life context.Context, s *session) (err error) {
	messages := newLine(s, k.place, k.inbound)
	s.readers.Go(func() { messages.run(s.ctx) })
	k.awaits(forReply)
	k.patience, err = s.create(life, k.create, k.place.timeout, k.patience)
	if err != nil {
		return err
	}
	limited, cancel := context.WithTimeout(life, k.place.timeout)
	defer cancel()
	k.awaits(forMessages)
	if err := messages.keep(limited); err != nil {
		return err
	}
	return s.command(frameOf(wire.Start), k.place.timeout)
}

// attend lets messages pass until the session is lost or life is done.
func (k *keeper) attend(life context.Context, s *session) error {
	k.note(nil)
	if k.tally.attached.Add(1) == 1 {
		close(k.first)
	}
	if k.place.launched {
		k.child.served = true
	}
	k.log.Info("the remote module is attached", "control", k.place.control,
		"process", s.control.PeerID())
	k.notice.Stop()
	defer k.notice.Reset(noticeAfter)
	k.door.lead(s)
	defer k.door.lead(nil)
	return s.attend(life)
}

// note keeps the latest reason for which there is no remote.
func (k *keeper) note(err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.why = err
}

func (k *keeper) reason() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.why
}

func isTimeout(err error) bool { return errors.Is(err, context.DeadlineExceeded) }

package outprocess

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/millrace/millrace/internal/sp"
	"github.com/millrace/millrace/wire"
)

// session is one remote from the connection to its end. The keeper makes it, a goroutine each reads
// its two connections, and the handler sends.
//
// Field ledger: control is set by the keeper, data by the line, under mu and before anyone but fail may
// use it; handed is the sender's, under sending; why is written before over is closed and ctx is done.
type session struct {
	ctx context.Context // done when the session is over
	end context.CancelFunc

	control *sp.Conn
	replies chan wire.Status
	readers sync.WaitGroup

	mu   sync.Mutex
	data *sp.Conn

	once sync.Once
	over chan struct{}
	why  error

	sending sync.Mutex
	handed  uint64
}

func newSession(life context.Context, control *sp.Conn) *session {
	ctx, end := context.WithCancel(context.WithoutCancel(life))
	return &session{
		ctx: ctx, end: end,
		control: control,
		replies: make(chan wire.Status),
		over:    make(chan struct{}),
	}
}

// fail ends the session; the first reason counts. Whoever reads or sends returns.
func (s *session) fail(why error) {
	s.once.Do(func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.why = why
		close(s.over)
		s.end()
		s.control.Close()
		if s.data != nil {
			s.data.Close()
		}
	})
}

func (s *session) isOver() bool {
	select {
	case <-s.over:
		return true
	default:
		return false
	}
}

// adopt takes the connection for messages.
func (s *session) adopt(data *sp.Conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.data = data
	if s.isOver() {
		data.Close()
	}
}

// close ends the session if it has not ended, and waits for those who use it. It returns how many
// messages were handed over.
func (s *session) close() uint64 {
	s.fail(nil)
	s.readers.Wait()
	s.sending.Lock()
	defer s.sending.Unlock()
	return s.handed
}

// send hands a frame over. After an error the remote cannot have it.
func (s *session) send(frame []byte) error {
	s.sending.Lock()
	defer s.sending.Unlock()
	if err := s.data.Send(frame); err != nil {
		s.fail(lost(err))
		return err
	}
	s.handed++
	return nil
}

func lost(err error) error { return fmt.Errorf("%w: %w", ErrLost, err) }

// command sends a control frame; a remote that does not take it in time ends the session.
func (s *session) command(frame []byte, limit time.Duration) error {
	timer := time.AfterFunc(limit, s.control.Close)
	defer timer.Stop()
	if err := s.control.Send(frame); err != nil {
		s.fail(lost(err))
		return s.why
	}
	return nil
}

// create sends CREATE, and again whenever patience is up, until the remote replies. Each time
// patience doubles, up to eight times the limit: a remote starts afresh at every CREATE, so one that
// takes longer than v1's fixed interval would never be done. What it has grown to is returned.
func (s *session) create(ctx context.Context, frame []byte, limit, patience time.Duration) (
	time.Duration, error) {
	for {
		if err := s.command(frame, limit); err != nil {
			return patience, err
		}
		status, err := s.reply(ctx, patience)
		switch {
		case err == nil && status == wire.OK:
			return patience, nil
		case err == nil:
			return patience, refusal(status)
		case !isTimeout(err):
			return patience, err
		}
		patience = max(patience, min(2*patience, 8*limit))
	}
}

func refusal(status wire.Status) error { return fmt.Errorf("%w: %v", ErrRefused, status) }

// reply waits for a REPLY.
func (s *session) reply(ctx context.Context, limit time.Duration) (wire.Status, error) {
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case status := <-s.replies:
		return status, nil
	case <-timer.C:
		return 0, context.DeadlineExceeded
	case <-s.over:
		return 0, s.why
	case <-ctx.Done():
		return 0, context.Canceled
	}
}

// attend waits until the session has ended, or ctx is done.
func (s *session) attend(ctx context.Context) error {
	for {
		select {
		case status := <-s.replies:
			if status != wire.OK {
				return refusal(status)
			}
		case <-s.over:
			return s.why
		case <-ctx.Done():
			return nil
		}
	}
}

// lingering is how long a remote is given to read what was handed over last. Remotes look at their
// two connections in turn, and one that sees DESTROY does not look at the other again.
const lingering = 100 * time.Millisecond

// destroy sends DESTROY and waits for the remote to close its end. It tells whether that came in
// time.
func (s *session) destroy(frame []byte, limit time.Duration) bool {
	pause(context.Background(), lingering)
	if s.command(frame, limit) != nil {
		return false
	}
	timer := time.NewTimer(limit)
	defer timer.Stop()
	for {
		select {
		case status := <-s.replies:
			if status == wire.Detached {
				return true
			}
		case <-s.over:
			return true
		case <-timer.C:
			return false
		}
	}
}

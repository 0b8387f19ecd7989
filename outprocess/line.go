package outprocess

import (
	"context"
	"sync"
	"time"

	"github.com/millrace/millrace/internal/sp"
)

// line is a session's connection for messages, from CREATE on. It is connected to as soon as CREATE stays
// unanswered, and what comes is published: a remote that another gateway left in the middle of a send, or
// that publishes while it is created, does not answer before somebody reads what it has.
//
// Until the REPLY such a connection may end without harm, for a remote that takes CREATE closes the one it
// had; then the line connects again. The one that stands after the REPLY is kept, and its end is the session's.
//
// Field ledger: conn, kept, why and changed are under mu; the goroutine of run sets them but for kept, which
// is keep's.
type line struct {
	session *session
	to      sp.Address
	trusted []int // users whose processes may be there
	inbound *inbound
	replied chan struct{} // closed when the remote has replied ok

	mu      sync.Mutex
	conn    *sp.Conn // nil: none
	kept    bool
	why     error         // of the latest attempt that failed
	changed chan struct{} // closed when conn changes
}

// unanswered is how long a CREATE may be without its REPLY before the remote's messages are read. One that
// is well replies sooner, and its message address is not tried before it is there.
const unanswered = 100 * time.Millisecond

func newLine(s *session, p place, in *inbound) *line {
	return &line{
		session: s, to: p.message, trusted: p.trusted, inbound: in,
		replied: make(chan struct{}), changed: make(chan struct{}),
	}
}

// run connects and reads until the session is over.
func (l *line) run(ctx context.Context) {
	l.await(ctx, unanswered)
	for poll := newBackoff(pollFirst, pollMax); ctx.Err() == nil; {
		conn, err := sp.Dial(ctx, l.to, dataMax, l.trusted...)
		if err != nil {
			l.note(err)
			l.await(ctx, poll.step())
			continue
		}
		l.session.adopt(conn)
		l.set(conn)
		err = l.inbound.readData(conn)
		if l.set(nil) {
			l.session.fail(lost(err))
			return
		}
		poll.reset()
	}
}

// await waits until the remote has replied, at most for d; once it has, for the least that is sensible
// between two attempts.
func (l *line) await(ctx context.Context, d time.Duration) {
	replied := l.replied
	select {
	case <-replied:
		replied, d = nil, min(d, pollFirst)
	default:
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-replied:
	case <-ctx.Done():
	}
}

// set makes conn the connection, nil none. It tells whether the one before was to be kept.
func (l *line) set(conn *sp.Conn) (kept bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.conn = conn
	close(l.changed)
	l.changed = make(chan struct{})
	return l.kept
}

func (l *line) look() (*sp.Conn, <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.conn, l.changed
}

// keep is called after the REPLY and waits for the connection to keep. One from before may be what the
// remote is about to close, which is given the time to be seen.
func (l *line) keep(ctx context.Context) error {
	close(l.replied)
	before, _ := l.look()
	settled := time.NewTimer(lingering)
	defer settled.Stop()
	for {
		conn, changed := l.look()
		if conn != before && l.hold(conn) {
			return nil
		}
		select {
		case <-changed:
		case <-settled.C:
			before = nil
		case <-l.session.over:
			return l.session.why
		case <-ctx.Done():
			return l.absent(ctx)
		}
	}
}

func (l *line) note(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.why = err
}

// absent says why there is no connection.
func (l *line) absent(ctx context.Context) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.why != nil {
		return lost(l.why)
	}
	return lost(ctx.Err())
}

// hold keeps conn if it is still there.
func (l *line) hold(conn *sp.Conn) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.kept = conn != nil && l.conn == conn
	return l.kept
}

package completion

import (
	"errors"

	"github.com/millrace/millrace/internal/atom"
	"github.com/millrace/millrace/internal/park"
)

// ErrFull says that as many questions are open as the inbox allows.
var ErrFull = errors.New("completion: too many questions open")

// Answer is what became of a message that was asked about.
type Answer struct {
	ID    uint64
	Worst Severity
}

// Inbox is where answers wait for the asker. Any goroutine may ask and receive; answers come from
// whoever was last to hold a token, and cost that goroutine a push onto a stack (Treiber 1986; the
// receiver swaps the whole stack out, so there is no ABA problem), never a call of the asker's.
//
// Field ledger: open askers and receivers; told whoever answers, taken whole by a receiver; waiting
// see package park; taken under mu.
type Inbox struct {
	pool *Pool
	max  int64

	open    atom.Int64 // asked, and not received or void
	told    atom.Pointer[Token]
	waiting park.WaitQueue

	mu    park.Mutex
	taken *Token // of told, oldest first; guarded by mu
}

// NewInbox makes an inbox in which at most so many questions are open at a time.
func NewInbox(pool *Pool, max int) *Inbox { return &Inbox{pool: pool, max: int64(max)} }

// Open returns how many questions have been asked whose answers have not been received.
func (in *Inbox) Open() int { return int(in.open.Load()) }

// Ask opens a question that the asker calls id, one hold on which is the caller's.
func (in *Inbox) Ask(id uint64) (*Token, error) {
	if in.open.Add(1) > in.max {
		in.open.Add(-1)
		return nil, ErrFull
	}
	t := in.pool.get()
	t.inbox, t.id = in, id
	t.holders.Store(1)
	return t, nil
}

// answer takes in a token that nobody holds any more.
func (in *Inbox) answer(t *Token) {
	if t.void {
		in.forget(t)
		return
	}
	for {
		atom.Writes(&t.next)
		t.next = in.told.Load()
		// SYNC POINT: told. The token is the receiver's from here on.
		if in.told.CompareAndSwap(t.next, t) {
			break
		}
	}
	// SYNC POINT: line. The answer was told before this.
	in.waiting.Wake(1)
}

func (in *Inbox) forget(t *Token) {
	in.pool.put(t)
	in.open.Add(-1)
}

// Take moves out as many answers as there are and fit, oldest first, and returns how many.
func (in *Inbox) Take(into []Answer) (n int) {
	in.mu.Lock()
	defer in.mu.Unlock()
	for n < len(into) {
		if in.taken == nil {
			in.taken = in.turned()
		}
		t := in.taken
		if t == nil {
			break
		}
		into[n] = Answer{t.id, Severity(t.worst.Load())}
		n++
		in.taken = t.next
		in.forget(t)
	}
	return n
}

// turned takes what was told, oldest first.
func (in *Inbox) turned() (oldest *Token) {
	// SYNC POINT: told. Who answered was done with the token before it pushed it.
	t := in.told.Swap(nil)
	for t != nil {
		atom.Writes(&t.next)
		t, t.next, oldest = t.next, oldest, t
	}
	return oldest
}

// Wait blocks until there may be something to take, or done is closed: then it returns false. The
// waiter is the caller's own.
func (in *Inbox) Wait(w *park.Waiter, done <-chan struct{}) bool {
	in.waiting.Join(w)
	if in.ready() {
		in.waiting.Leave(w)
		return true
	}
	return in.waiting.Wait(w, done, 0) != park.Cancelled
}

func (in *Inbox) ready() bool {
	if in.told.Load() != nil {
		return true
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	return in.taken != nil
}

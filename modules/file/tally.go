package file

import (
	"errors"
	"fmt"
	"log/slog"
	"math"
	"time"
)

// reason is why something of the input did not arrive as it should.
type reason int

const (
	malformed reason = iota
	notObject
	leftOut
	tooLong
	skippedNUL
	reasons
)

func (r reason) String() string {
	return [...]string{
		"malformed lines, published without properties",
		"JSON values that are no objects, published without properties",
		"fields left out, because they cannot be properties",
		"lines skipped, because they are too long",
		"bytes skipped: NULs before the text",
	}[r]
}

var (
	errNUL     = errors.New("the field holds a NUL")
	errTooMuch = errors.New("the field is more than fits into one message's properties")
	errHole    = errors.New("a hole, as a writer leaves that goes on where it was in a truncated file")
	errTooLong = fmt.Errorf("longer than %d bytes (or a quote is never closed)", lineMax)
)

// tally counts what happened to the input and logs it now and then. It is used by one goroutine.
type tally struct {
	log       *slog.Logger
	published int
	counts    [reasons]struct {
		total, logged int
		again         time.Time // when the log may speak of it again
	}
}

// quiet is how long the log says nothing more about the reason. What may well be meant is said
// once, and in the end.
func (r reason) quiet() time.Duration {
	if r == notObject {
		return math.MaxInt64
	}
	return 10 * time.Second
}

func newTally(log *slog.Logger) *tally { return &tally{log: log} }

// note counts something about the record that begins there.
func (t *tally) note(why reason, at place, err error) { t.add(why, at, 1, err) }

// add counts n of something at that place.
func (t *tally) add(why reason, at place, n int, err error) {
	c := &t.counts[why]
	c.total += n
	if now := time.Now(); now.After(c.again) {
		c.again = now.Add(why.quiet())
		t.log.Warn(why.String(), append(at.attributes(), "new", c.total-c.logged, "total", c.total,
			"line", at.line, "byte", at.offset, "error", err)...)
		c.logged = c.total
	}
}

// finish says what became of the input: when it has ended, or when the module has been stopped with
// so many messages not published and so many bytes not looked at.
func (t *tally) finish(stopped bool, unpublished, unread int) {
	for why := range reasons {
		if c := &t.counts[why]; c.total > c.logged {
			t.log.Warn(why.String(), "new", c.total-c.logged, "total", c.total)
		}
	}
	switch {
	case unpublished > 0 || stopped && unread > 0:
		t.log.Warn("stopped inside the input",
			"published", t.published, "unpublished", unpublished, "unreadBytes", unread)
	case stopped:
		t.log.Info("stopped", "published", t.published)
	default:
		t.log.Info("the input has ended", "published", t.published)
	}
}

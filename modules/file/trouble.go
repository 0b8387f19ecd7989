package file

import (
	"log/slog"
	"time"
)

// What fails is tried again after these times.
const (
	retryFirst = 50 * time.Millisecond
	retryMax   = time.Second
)

// trouble is something with a file that does not work and may work again: it is said once, tried
// again less and less often, and said when it is over.
type trouble struct {
	log   *slog.Logger
	file  string
	since time.Time // zero: there is none
	again time.Time // when to try
	pause time.Duration
}

func newTrouble(log *slog.Logger, file string) trouble { return trouble{log: log, file: file} }

func (t *trouble) present() bool { return !t.since.IsZero() }

// waits reports whether it is too early to try again.
func (t *trouble) waits() bool { return t.present() && time.Now().Before(t.again) }

func (t *trouble) note(err error) {
	now := time.Now()
	if !t.present() {
		t.since, t.pause = now, retryFirst
		t.log.Warn("the file cannot be read for now; trying again", "file", t.file, "error", err)
	}
	t.again = now.Add(t.pause)
	t.pause = min(2*t.pause, retryMax)
}

func (t *trouble) over() {
	if !t.present() {
		return
	}
	t.log.Info("the file can be read again", "file", t.file,
		"after", time.Since(t.since).Round(time.Millisecond))
	t.since = time.Time{}
}

package logger

import (
	"errors"
	"os"
	"path/filepath"
	"time"

	"github.com/DeRuina/timberjack"
)

// lookEvery is how often the name is compared with the open file, at most.
const lookEvery = 50 * time.Millisecond

// followName begins another file if the one that is open has been moved or removed, as logrotate
// does. As long as that does not work the old one is written to.
func (l *logger) followName() {
	now := time.Now()
	if now.Sub(l.looked) < lookEvery {
		return
	}
	l.looked = now
	if !l.moved() {
		return
	}
	l.log.Info("the file has been moved; beginning another one", "file", l.filename)
	l.turn()
}

// moved tells whether the name leads to another file than the open one, or to none.
func (l *logger) moved() bool {
	info, err := os.Stat(l.filename)
	if err != nil && !os.IsNotExist(err) {
		return false
	}
	mine, err := l.journal.open().Stat()
	return err == nil && (info == nil || !os.SameFile(info, mine))
}

// turn goes over to the file that the name leads to now.
func (l *logger) turn() {
	next, err := l.begin()
	if err != nil {
		l.log.Warn("another file cannot be begun; going on with the old one",
			"file", l.filename, "error", err)
		return
	}
	if err := l.journal.close(); err != nil {
		l.log.Warn("the old file was not closed as it should be", "file", l.filename, "error", err)
	}
	l.journal = next
}

// rotate moves the file away if it would grow too large.
func (l *logger) rotate(more int) {
	if l.rotator == nil {
		return
	}
	info, err := l.journal.open().Stat()
	if err != nil || info.Size() == 0 || info.Size()+int64(more) <= l.maxSize {
		return
	}
	err = l.journal.close() // before it is moved, which some systems demand
	l.journal = nil
	if err := errors.Join(err, l.rotator.moves.Rotate()); err != nil {
		l.log.Warn("the file cannot be moved away, or not as it should be", "file", l.filename, "error", err)
	}
}

// rotator moves files away, compresses them and removes old ones. It never writes to a log: the
// library knows neither v1's format nor how to mend a torn record.
type rotator struct{ moves *timberjack.Logger }

// newRotator makes one for a file that is there. What a link leads to is moved, not the link.
func newRotator(o options) *rotator {
	name, err := filepath.EvalSymlinks(o.filename)
	if err != nil {
		name = o.filename
	}
	r := &timberjack.Logger{
		Filename: name, MaxBackups: o.keep, MaxAge: o.maxDays, Compression: "none",
		BackupTimeFormat: "2006-01-02T15-04-05.000000", // two of one time would count as one
	}
	if o.gzip {
		r.Compression = "gzip"
	}
	return &rotator{r}
}

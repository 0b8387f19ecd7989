package file

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"time"
)

// What is remembered of a file's text, in bytes: how it begins, and what stands before the offset.
// A file that was truncated and written anew, or rewritten in place, is told by these from one that
// has grown.
const (
	headMax   = 256
	recentMax = 1024
)

// quietAfter is how long nothing must have come for a truncation to be no news.
const quietAfter = time.Second

// errRewritten says that what has been read of a file is not what it holds now.
var errRewritten = errors.New("rewritten")

var errCompressed = errors.New("gzip data cannot be followed; want \"follow\": false")

// tail is one file that is followed. It is used by one goroutine.
type tail struct {
	file   handle
	info   fs.FileInfo // as it was when the file was opened; tells which file it is
	log    *slog.Logger
	reader *reader

	offset  int64     // how far the file has been read
	head    []byte    // its first bytes
	recent  []byte    // those before the offset
	pending int       // bytes that lie in the reader's space and have not been handed on
	drained bool      // the last read came to the end
	ended   bool      // of a pipe: the last writer has gone
	active  time.Time // when there was something to read, or another file took the name
	trouble trouble   // with reading

	position *position // what has been done with; nil: nobody wants to know

	size   int64     // as far as was seen
	since  time.Time // when it, or the first file of that name, was opened
	looked time.Time // when it was read last; what has come since may not have been seen
	rate   float64   // bytes a second of late
}

// handle is an open file.
type handle interface {
	io.Reader
	io.ReaderAt
	io.Closer
	Name() string
	Fd() uintptr
	SetReadDeadline(at time.Time) error
}

// openTail opens a file, or a named pipe, and never waits for it.
func openTail(path string, log *slog.Logger) (*tail, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !canFollow(info) {
		return nil, notFollowed(path)
	}
	file, err := openShared(path)
	if err != nil {
		return nil, err
	}
	if info, err = file.Stat(); err == nil && !canFollow(info) {
		err = notFollowed(path)
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	now := time.Now()
	return &tail{file: file, info: info, log: log, trouble: newTrouble(log, path), since: now, looked: now}, nil
}

func (t *tail) readBy(r *reader) {
	r.sparse = !isPipe(t.info)
	if t.position != nil {
		r.position, r.at.of, r.behind = t.position, t.position, true
	}
	t.reader = r
}

// done reports whether there is nothing more to read for now.
func (t *tail) done() bool { return t.pending == 0 && (t.drained || t.trouble.present()) }

func canFollow(info fs.FileInfo) bool { return info.Mode().IsRegular() || isPipe(info) }

func isPipe(info fs.FileInfo) bool { return info.Mode()&fs.ModeNamedPipe != 0 }

func notFollowed(path string) error {
	return fmt.Errorf("%s: neither a regular file nor a named pipe; want \"follow\": false", path)
}

// fetch reads into the reader's space. At the end it returns 0.
func (t *tail) fetch(scratch []byte) (n int, err error) {
	now, atEnd := time.Now(), t.drained
	if isPipe(t.info) {
		n, err = t.fetchPipe()
	} else {
		n, err = t.fetchFile(scratch)
	}
	if err != nil {
		return 0, err
	}
	if atEnd {
		t.measure(n, now)
	}
	t.looked = now
	if n > 0 {
		t.active = now
	}
	t.pending = n
	return n, nil
}

// fetchFile reads what was read before once more, with what follows it, in one call.
func (t *tail) fetchFile(scratch []byte) (int, error) {
	if err := t.compareHead(scratch); err != nil {
		return 0, err
	}
	space := t.reader.space()
	known := len(t.recent)
	scratch = scratch[:known+min(readSize, len(space))]
	got, err := t.file.ReadAt(scratch, t.offset-int64(known))
	if err != nil && !errors.Is(err, io.EOF) {
		return 0, err
	}
	if got < known || !bytes.Equal(scratch[:known], t.recent) {
		return 0, errRewritten
	}
	t.drained = got < len(scratch)
	fresh := scratch[known:got]
	if t.offset == 0 && bytes.HasPrefix(fresh, gzipMagic) {
		return 0, errCompressed
	}
	t.remember(fresh)
	return copy(space, fresh), nil
}

func (t *tail) compareHead(scratch []byte) error {
	head := scratch[:len(t.head)]
	n, err := t.file.ReadAt(head, 0)
	switch {
	case err != nil && !errors.Is(err, io.EOF):
		return err
	case n < len(head) || !bytes.Equal(head, t.head):
		return errRewritten
	}
	return nil
}

func (t *tail) remember(fresh []byte) {
	if room := headMax - len(t.head); room > 0 && t.offset == int64(len(t.head)) {
		t.head = append(t.head, fresh[:min(room, len(fresh))]...)
		if t.position != nil {
			t.position.begins(t.head)
		}
	}
	t.offset += int64(len(fresh))
	t.recent = append(t.recent, fresh[max(0, len(fresh)-recentMax):]...)
	if more := len(t.recent) - recentMax; more > 0 {
		t.recent = t.recent[:copy(t.recent, t.recent[more:])]
	}
}

// measure keeps the rate of about the last second, or of all the time there was. What was there to be
// read before says nothing of it.
func (t *tail) measure(n int, now time.Time) {
	if passed := now.Sub(t.looked).Seconds(); passed > 0 {
		t.rate += (float64(n)/passed - t.rate) * min(1, passed/min(1, now.Sub(t.since).Seconds()))
	}
}

// pace returns the rate, or what can be said of it as long as nothing has been seen to come.
func (t *tail) pace() float64 {
	if t.rate > 0 {
		return t.rate
	}
	return float64(t.offset) / max(time.Since(t.since), pollFirst).Seconds()
}

// handOn gives the reader what was fetched.
func (t *tail) handOn(ctx context.Context) error {
	n := t.pending
	t.pending = 0
	if n == 0 && !t.ended {
		return nil
	}
	return t.reader.take(ctx, n, t.ended)
}

// restart reads the file from its start, and says how much may have gone unread: what was seen to
// be there, and what a writer of that pace may have written since.
func (t *tail) restart(ctx context.Context) error {
	lost := max(0, t.size-t.offset) + int64(t.pace()*time.Since(t.looked).Seconds())
	level := slog.LevelWarn
	if lost == 0 && !t.reader.unfinished() && time.Since(t.active) > quietAfter {
		level = slog.LevelInfo
	}
	t.log.Log(ctx, level, "the file has been truncated or rewritten; reading it from its start",
		"file", t.file.Name(), "lostBytesEstimate", lost, "unfinishedLineBytes", len(t.reader.text))
	t.offset, t.size, t.head, t.recent = 0, 0, t.head[:0], t.recent[:0]
	t.drained = false
	err := t.reader.take(ctx, 0, true)
	if t.position != nil {
		t.position = t.position.of.renew(t.position)
		t.reader.position, t.reader.behind = t.position, false
	}
	t.reader.renew()
	return err
}

// reopen tries to get hold of the file anew after a failed read, which helps where a network file
// system has forgotten who has it open.
func (t *tail) reopen(path string) {
	again, err := openTail(path, t.log)
	if err != nil {
		return
	}
	if !os.SameFile(again.info, t.info) {
		_ = again.file.Close()
		return
	}
	_ = t.file.Close()
	t.file = again.file
}

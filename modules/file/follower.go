package file

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// A followed path is looked at this often: soon after there was something to read, so that little
// is lost when the file is truncated, and less and less often when there was not.
const (
	pollFirst = 10 * time.Millisecond
	pollMax   = 100 * time.Millisecond
)

// tailsMax bounds the files that are open at a time: the one that the path leads to, and those that
// were rotated away and may still be written to.
const tailsMax = 64

// follower reads a path like tail -F. It polls, because that works on every file system and for
// every way to rotate a log: the file is renamed or removed and made anew, or copied and truncated.
//
// A file that was rotated away is read until it has been quiet for a while, because its writer
// opens the new one later than that is made. In the meantime both are read, without mixing up what
// one writer has written to one after the other: see round.
type follower struct {
	path string
	wait time.Duration // how long a file that was rotated away is to be quiet
	log  *slog.Logger

	positions *positions // nil: it is read from the start, and nothing is kept
	atEnd     bool       // the file that is there at first is read from its end

	make    func(name string) *reader
	tails   []*tail // the oldest first; the last is what the path leads to, as far as is known
	trouble trouble // with the path
	scratch []byte
}

// openFollower opens the file if there is one. What stands in its place at the start is a mistake;
// later it is trouble that passes.
func openFollower(path string, wait time.Duration, log *slog.Logger) (*follower, error) {
	f := &follower{path: path, wait: wait, log: log, trouble: newTrouble(log, path)}
	return f, f.begin()
}

// begin opens what there is at first.
func (f *follower) begin() error {
	if err := f.open(); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	f.atEnd = false // files that come later are read whole
	if f.positions != nil {
		f.findRotated()
	}
	return nil
}

// findRotated opens the files that were rotated away since the state was written and have not been
// read to their end: they are in the same folder, under other names.
func (f *follower) findRotated() {
	missing := f.positions.unclaimed()
	if len(missing) == 0 {
		return
	}
	dir := filepath.Dir(f.path)
	entries, err := os.ReadDir(dir)
	if err != nil {
		f.log.Warn("files that were rotated away cannot be looked for", "folder", dir, "error", err)
	}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || !info.Mode().IsRegular() ||
			!slices.ContainsFunc(missing, func(p *position) bool { return p.identity == identityOf(info) }) {
			continue
		}
		f.openRotated(filepath.Join(dir, e.Name()), missing)
	}
	slices.SortStableFunc(f.tails, func(a, b *tail) int { return a.info.ModTime().Compare(b.info.ModTime()) })
	for _, pos := range f.positions.unclaimed() {
		f.log.Warn("a file that was not known to be read to its end is gone", "file", f.path, "inode", pos.Inode,
			"doneBytes", pos.Done.end())
	}
	f.positions.forget(missing)
}

// openRotated opens a file if it is one of those that are missing.
func (f *follower) openRotated(path string, missing []*position) {
	t, err := openTail(path, f.log)
	if err != nil {
		f.log.Warn("a file that was rotated away cannot be opened", "file", path, "error", err)
		return
	}
	known := slices.ContainsFunc(f.tails, func(o *tail) bool { return os.SameFile(o.info, t.info) })
	if known || !slices.ContainsFunc(missing, func(p *position) bool { return p.isOf(t.info, t.file) }) {
		_ = t.file.Close()
		return
	}
	t.position, _ = f.positions.claim(t)
	t.active = time.Now()
	f.log.Info("going on with a file that was rotated away", "file", path)
	f.tails = append([]*tail{t}, f.tails...)
}

// open opens what the path leads to now.
func (f *follower) open() error {
	t, err := openTail(f.path, f.log)
	if err != nil {
		return err
	}
	f.place(t)
	if f.make != nil {
		t.readBy(f.make(f.path))
	}
	t.active = time.Now()
	if old := f.newest(); old != nil {
		old.active = t.active
		t.rate, t.since = old.rate, old.since // a writer goes on at its pace
		f.log.Info("the file has been replaced; reading the new one beside the rest of the old one",
			"file", f.path)
	}
	f.tails = append(f.tails, t)
	return nil
}

// place finds out what has been done with of a file.
func (f *follower) place(t *tail) {
	if f.positions == nil || isPipe(t.info) {
		return
	}
	known := false
	if t.position, known = f.positions.claim(t); f.atEnd && !known {
		t.position.skip(t.info.Size())
	}
}

func (f *follower) newest() *tail {
	if len(f.tails) == 0 {
		return nil
	}
	return f.tails[len(f.tails)-1]
}

func (f *follower) run(ctx context.Context, make func(name string) *reader) (unread int, err error) {
	f.make = make
	for _, t := range f.tails {
		t.readBy(make(f.path))
	}
	pause := pollFirst
	for ctx.Err() == nil {
		busy, err := f.round(ctx)
		switch {
		case err != nil:
			return f.unread(), err
		case busy:
			pause = pollFirst
			continue
		}
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
		pause = min(2*pause, pollMax)
	}
	return f.unread(), ctx.Err()
}

// round reads a piece of each file and hands on what may be handed on.
//
// A writer that goes from one file to the next has written to the old one before it wrote to the
// new one. So the newest is read first: what it holds then is handed on only if the older ones,
// which are read after it, turn out to be at their end. An old file that ends inside a line holds
// up the others until that line is complete, or the file has been quiet for long enough.
func (f *follower) round(ctx context.Context) (busy bool, err error) {
	f.look()
	for _, t := range slices.Backward(f.tails) {
		n, err := f.fetch(ctx, t)
		if err != nil {
			return false, err
		}
		busy = busy || n
	}
	for i, t := range f.tails {
		if err := t.handOn(ctx); err != nil {
			return false, err
		}
		if !t.drained || i < len(f.tails)-1 && t.reader.unfinished() {
			break
		}
	}
	return busy, f.retire(ctx)
}

// fetch reads a piece, and reports whether there was one, or something else that makes another
// round worthwhile.
func (f *follower) fetch(ctx context.Context, t *tail) (bool, error) {
	if t.pending > 0 || t.trouble.waits() {
		return false, nil
	}
	if f.scratch == nil {
		f.scratch = make([]byte, recentMax+readSize)
	}
	n, err := t.fetch(f.scratch)
	switch {
	case errors.Is(err, errRewritten):
		return true, t.restart(ctx)
	case err != nil:
		t.trouble.note(err)
		t.reopen(f.path)
		return false, nil
	}
	t.trouble.over()
	return n > 0, nil
}

// look finds out what the path leads to.
func (f *follower) look() {
	if f.trouble.waits() {
		return
	}
	switch err := f.notice(); {
	case err == nil:
		f.trouble.over()
	case !errors.Is(err, fs.ErrNotExist): // a file that is not there yet is no trouble
		f.trouble.note(err)
	}
}

func (f *follower) notice() error {
	now, err := os.Stat(f.path)
	if err != nil {
		return err
	}
	for i, t := range f.tails {
		if os.SameFile(now, t.info) {
			t.size = max(t.size, now.Size())
			f.tails = append(slices.Delete(f.tails, i, i+1), t)
			return nil
		}
	}
	if len(f.tails) >= tailsMax {
		return fmt.Errorf("%d files have been rotated away and are still being read; a file that "+
			"comes and goes meanwhile is missed", len(f.tails)-1)
	}
	return f.open()
}

// retire parts with files that were rotated away and have been quiet since, and with a removed one
// that keeps its name from being used.
func (f *follower) retire(ctx context.Context) error {
	for len(f.tails) > 0 {
		t := f.tails[0]
		quiet := len(f.tails) > 1 && time.Since(t.active) >= f.wait
		inTheWay := f.trouble.present() && isDoomed(t.file)
		if !t.done() || !quiet && !inTheWay {
			return nil
		}
		if !t.drained {
			f.log.Warn("the rest of a file that was rotated away could not be read", "file", f.path,
				"lostBytesEstimate", max(0, t.size-t.offset))
		}
		f.tails = slices.Delete(f.tails, 0, 1)
		if t.position != nil {
			t.position.end(t.offset)
		}
		if err := errors.Join(t.reader.take(ctx, 0, true), t.file.Close()); err != nil {
			return err
		}
	}
	return nil
}

func (f *follower) unread() int {
	n := 0
	for _, t := range f.tails {
		n += len(t.reader.text) + t.pending
	}
	return n
}

func (f *follower) Close() error {
	var errs []error
	for _, t := range f.tails {
		errs = append(errs, t.file.Close())
	}
	return errors.Join(errs...)
}

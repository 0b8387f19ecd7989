package file

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"
)

// pollEvery is how often a followed file is looked at when there is nothing to read.
const pollEvery = 100 * time.Millisecond

// follower reads a path like tail -F. It polls, because that works on every file system and for
// every way to rotate a log: the file is renamed or removed and made anew, or copied and truncated.
// A file that is truncated and has grown beyond its old length before the next poll looks like one
// that has grown.
type follower struct {
	path   string
	file   *os.File // nil: there is none yet
	offset int64
	last   bool // file is not path's any more: read it to its end, once
}

func openFollower(path string) (*follower, error) {
	f := &follower{path: path}
	if err := f.openNew(); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	return f, nil
}

func (f *follower) openNew() error {
	info, err := os.Stat(f.path)
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("%s: not a regular file; want \"follow\": false", f.path)
	}
	file, err := os.Open(f.path)
	if err != nil {
		return err
	}
	f.file, f.offset, f.last = file, 0, false
	return nil
}

func (f *follower) read(ctx context.Context, into []byte) (int, error) {
	for {
		if n, err := f.readFile(into); n > 0 || err != nil {
			return n, err
		}
		moved, err := f.look()
		if err != nil || moved {
			return 0, err
		}
		select {
		case <-ctx.Done():
			return 0, ctx.Err()
		case <-time.After(pollEvery):
		}
	}
}

// readFile returns 0, nil at the file's end.
func (f *follower) readFile(into []byte) (int, error) {
	if f.file == nil {
		return 0, nil
	}
	n, err := f.file.Read(into)
	f.offset += int64(n)
	if err == io.EOF {
		err = nil
	}
	return n, err
}

// look finds out, at the file's end, whether to go on with it. errReplaced ends the text so far;
// moved asks for another read at once.
func (f *follower) look() (moved bool, err error) {
	if f.file == nil {
		return f.appear()
	}
	if f.last {
		err := f.file.Close()
		f.file = nil
		return true, errors.Join(errReplaced, err)
	}
	now, err := os.Stat(f.path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	mine, err := f.file.Stat()
	switch {
	case err != nil:
		return false, err
	case !os.SameFile(now, mine):
		f.last = true
		return true, nil
	case mine.Size() < f.offset:
		_, err := f.file.Seek(0, io.SeekStart)
		f.offset = 0
		return true, errors.Join(errReplaced, err)
	}
	return false, nil
}

// appear opens the file if it is there.
func (f *follower) appear() (bool, error) {
	err := f.openNew()
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

func (f *follower) Close() error {
	if f.file == nil {
		return nil
	}
	return f.file.Close()
}

package file

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
)

// readSize is how much is read at a time, in bytes.
const readSize = 64 << 10

// source is where text comes from. read is io.Reader's Read, which stops to wait when ctx is done;
// one goroutine calls it. Close comes after the last read.
type source interface {
	read(ctx context.Context, into []byte) (int, error)
	io.Closer
}

func openPath(path string, log *slog.Logger) (input, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, missing(path, err)
	}
	switch {
	case info.IsDir():
		return nil, fmt.Errorf("%s: a folder, not a file", path)
	case !info.Mode().IsRegular():
		in := newStream(func() (io.ReadCloser, error) { return os.Open(path) })
		return newOnce(in, path, log), nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	o := newOnce(regular{f}, path, log)
	o.sparse = true
	return o, nil
}

// once is an input that is read to its end.
type once struct {
	source
	name   string
	sparse bool // it is a file, which may begin with a hole
}

func newOnce(in source, name string, log *slog.Logger) once {
	return once{source: &unzipped{source: in, log: log, name: name}, name: name}
}

func (o once) run(ctx context.Context, make func(name string) *reader) (unread int, err error) {
	r := make(o.name)
	r.sparse = o.sparse
	for ctx.Err() == nil {
		n, err := o.read(ctx, r.space())
		ended := errors.Is(err, io.EOF)
		if err := r.take(ctx, n, ended); err != nil || ended {
			return len(r.text), err
		}
		if err != nil {
			return len(r.text), err
		}
	}
	return len(r.text), ctx.Err()
}

func missing(path string, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s does not exist; want an existing file, or \"follow\": true to wait "+
			"for it", path)
	}
	return err
}

// regular is a file that is read once. Reading it does not wait for anybody.
type regular struct{ *os.File }

func (r regular) read(_ context.Context, into []byte) (int, error) { return r.Read(into) }

package file

import (
	"errors"
	"io"
	"os"
	"syscall"
	"time"
)

// pipeWait is how long one look at a named pipe takes when there is nothing in it.
const pipeWait = time.Millisecond

// fetchPipe reads a named pipe that was opened without waiting. It ends whenever its last writer
// has gone, and another one may come.
func (t *tail) fetchPipe() (int, error) {
	// Where pipes cannot be waited for they need no deadline.
	_ = t.file.SetReadDeadline(time.Now().Add(pipeWait))
	space := t.reader.space()
	n, err := t.file.Read(space)
	t.drained = n == 0
	t.ended = errors.Is(err, io.EOF) && t.reader.unfinished()
	switch {
	case n > 0, errors.Is(err, io.EOF), errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, syscall.EAGAIN):
		return max(n, 0), nil
	default:
		return 0, err
	}
}

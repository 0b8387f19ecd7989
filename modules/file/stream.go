package file

import (
	"context"
	"io"
)

// stream is an input that may wait for somebody: a pipe, a terminal, a device. A goroutine reads it
// one piece ahead. A read of the system cannot be interrupted: when the module is stopped during
// one, that goroutine is left to end with it.
type stream struct {
	open    func() (io.ReadCloser, error)
	pieces  chan piece  // from the goroutine; closed behind the last one
	used    chan []byte // back to it
	closed  chan struct{}
	started bool
	current piece
	rest    []byte // of current
}

type piece struct {
	text []byte
	err  error
}

// newStream makes a stream of what open returns. open may wait too, as for the other end of a named
// pipe.
func newStream(open func() (io.ReadCloser, error)) *stream {
	s := &stream{
		open: open, pieces: make(chan piece), used: make(chan []byte, 2),
		closed: make(chan struct{}),
	}
	s.used <- make([]byte, readSize)
	s.used <- make([]byte, readSize)
	return s
}

func (s *stream) read(ctx context.Context, into []byte) (int, error) {
	if !s.started {
		s.started = true
		go s.pump()
	}
	if len(s.rest) == 0 {
		if err := s.next(ctx); err != nil {
			return 0, err
		}
	}
	n := copy(into, s.rest)
	s.rest = s.rest[n:]
	return n, nil
}

// next waits for another piece. An error comes after the text that was read before it.
func (s *stream) next(ctx context.Context) error {
	if s.current.err != nil {
		return s.current.err
	}
	if s.current.text != nil {
		s.used <- s.current.text[:cap(s.current.text)]
		s.current.text = nil
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case s.current = <-s.pieces:
		s.rest = s.current.text
		if len(s.rest) == 0 {
			return s.current.err
		}
		return nil
	}
}

// Close lets the goroutine go, which closes the input.
func (s *stream) Close() error {
	close(s.closed)
	return nil
}

func (s *stream) pump() {
	in, err := s.open()
	if err != nil {
		s.hand(piece{err: err})
		return
	}
	defer in.Close()
	for {
		var text []byte
		select {
		case text = <-s.used:
		case <-s.closed:
			return
		}
		n, err := in.Read(text)
		if !s.hand(piece{text[:n], err}) || err != nil {
			return
		}
	}
}

func (s *stream) hand(p piece) bool {
	select {
	case s.pieces <- p:
		return true
	case <-s.closed:
		return false
	}
}

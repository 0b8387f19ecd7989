package logger

import (
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/millrace/millrace/message"
	"github.com/valyala/bytebufferpool"
)

// writes is a journal that notes how large the writes are.
type writes []int

func (*writes) open() file { return nil }

func (w *writes) write(records []byte) (int, error) {
	*w = append(*w, len(records))
	return len(records), nil
}

func (*writes) close() error { return nil }

// TestOneWritePerBatch: a batch is one write, unless its encoding is large.
func TestOneWritePerBatch(t *testing.T) {
	w := new(writes)
	l := &logger{
		journal: w, scratch: new(bytebufferpool.Pool), looked: time.Now().Add(time.Hour),
		encode: func(dst []byte, _ time.Time, m message.Message) []byte { return append(dst, m.Content()...) },
	}
	if err := l.ReceiveBatch(t.Context(), nil, batchOf(t, 100, 10)); err != nil {
		t.Fatal(err)
	}
	if len(*w) != 1 || (*w)[0] != 1000 {
		t.Errorf("small messages: %v", *w)
	}
	*w = nil
	if err := l.ReceiveBatch(t.Context(), nil, batchOf(t, 30, 100<<10)); err != nil {
		t.Fatal(err)
	}
	total := 0
	for _, size := range *w {
		total += size
		if size > writeLimit+100<<10 {
			t.Errorf("a write of %d bytes", size)
		}
	}
	if len(*w) != 3 || total != 30*100<<10 {
		t.Errorf("large messages: %v", *w)
	}
}

// broken is a journal whose disk fails.
type broken struct{ writes }

func (*broken) write([]byte) (int, error) { return 0, errDisk }

func (*broken) close() error { return errDisk }

// TestWhatFailsIsTold: whatever cannot be written or closed comes out as an error.
func TestWhatFailsIsTold(t *testing.T) {
	loggerOf := func(j journal) *logger {
		return &logger{
			journal: j, scratch: new(bytebufferpool.Pool), looked: time.Now().Add(time.Hour),
			options: options{filename: filepath.Join(t.TempDir(), "missing", "log")},
			encode:  func(dst []byte, _ time.Time, m message.Message) []byte { return append(dst, m.Content()...) },
			log:     quiet,
		}
	}
	for name, size := range map[string]int{"a small batch": 10, "a large one": writeLimit} {
		if err := loggerOf(new(broken)).ReceiveBatch(t.Context(), nil, batchOf(t, 1, size)); !errors.Is(err, errDisk) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := loggerOf(nil).ReceiveBatch(t.Context(), nil, batchOf(t, 1, 10)); err == nil {
		t.Error("a file that cannot be begun")
	}
	l := loggerOf(new(broken))
	l.rotator = newRotator(options{filename: filepath.Join(t.TempDir(), "log")})
	if err := l.Close(); !errors.Is(err, errDisk) {
		t.Errorf("closing: %v", err)
	}
	if err := loggerOf(nil).Close(); err != nil {
		t.Errorf("closing nothing: %v", err)
	}
}

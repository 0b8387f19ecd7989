package logger

import (
	"testing"
	"time"

	"github.com/millrace/millrace/message"
	"github.com/valyala/bytebufferpool"
)

// writes is a journal that notes how large the writes are.
type writes []int

func (*writes) open() file { return nil }

func (w *writes) write(records []byte) error {
	*w = append(*w, len(records))
	return nil
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

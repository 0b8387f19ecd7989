package main

import (
	"strings"
	"sync"
	"testing"
	"time"
)

// watched keeps what is written and can be waited on.
type watched struct {
	mu      sync.Mutex
	text    strings.Builder
	changed chan struct{} // closed and replaced by each write
}

func (w *watched) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.changed != nil {
		close(w.changed)
	}
	w.changed = make(chan struct{})
	return w.text.Write(p)
}

func (w *watched) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.String()
}

func (w *watched) next() <-chan struct{} {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.changed == nil {
		w.changed = make(chan struct{})
	}
	return w.changed
}

// await returns when the text holds what is asked for.
func (w *watched) await(t *testing.T, text string) {
	t.Helper()
	limit := time.After(time.Minute)
	for {
		next := w.next()
		if strings.Contains(w.String(), text) {
			return
		}
		select {
		case <-next:
		case <-limit:
			t.Fatalf("no %q in a minute:\n%s", text, w)
		}
	}
}

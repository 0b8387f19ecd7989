//go:build assert

package arena

import (
	"fmt"
	"runtime"
	"strings"
	"sync"

	"github.com/cespare/xxhash/v2"
)

// poison is what released memory reads as.
const poison = 0xDB

// tag says which life of its block a handle belongs to.
type tag struct{ life uint32 }

// watch follows a block through its lives.
type watch struct {
	mu    sync.Mutex
	held  bool    // somebody owes a release
	life  uint32  // moves on when the block is given back
	sum   uint64  // of the image, taken at Seal
	taken stack   // where this life began
	gone  stack   // where the last one ended
	holds []stack // where Retain was called in this life
}

type stack []uintptr

func here() stack {
	pcs := make(stack, 24)
	return pcs[:runtime.Callers(3, pcs)]
}

func (s stack) String() string {
	if len(s) == 0 {
		return "    (never)\n"
	}
	var b strings.Builder
	frames := runtime.CallersFrames(s)
	for {
		f, more := frames.Next()
		fmt.Fprintf(&b, "    %s\n        %s:%d\n", f.Function, f.File, f.Line)
		if !more {
			return b.String()
		}
	}
}

func (b *block) born() tag {
	w := &b.watch
	w.mu.Lock()
	defer w.mu.Unlock()
	w.taken, w.holds = here(), w.holds[:0]
	return tag{w.life}
}

func (b *block) died() {
	w := &b.watch
	w.mu.Lock()
	defer w.mu.Unlock()
	w.gone, w.held = here(), false
	w.life++
	for i := range b.Image() {
		b.Buffer()[i] = poison
	}
}

// roster knows a shard's blocks, so that holders can be named.
type roster struct {
	mu     sync.Mutex
	blocks map[*block]struct{}
}

func (b *block) watched() {
	r := &b.home.roster
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.blocks == nil {
		r.blocks = make(map[*block]struct{})
	}
	r.blocks[b] = struct{}{}
}

func (b *block) forgotten() {
	r := &b.home.roster
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.blocks, b)
}

func (s *Shard) whoHolds() (names []string) {
	s.roster.mu.Lock()
	defer s.roster.mu.Unlock()
	for b := range s.roster.blocks {
		names = append(names, b.whoHolds()...)
	}
	return names
}

func (b *block) whoHolds() []string {
	w := &b.watch
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.held {
		return nil
	}
	names := []string{fmt.Sprintf("\n  taken by\n%v", w.taken)}
	for _, s := range w.holds {
		names = append(names, fmt.Sprintf("  retained by\n%v", s))
	}
	return names
}

func (d Draft) current() bool {
	w := &d.b.watch
	w.mu.Lock()
	defer w.mu.Unlock()
	return d.tag.life == w.life
}

// check panics unless m is a handle on a living message.
func (m Message) check() {
	if m.b == nil {
		return
	}
	w := &m.b.watch
	w.mu.Lock()
	defer w.mu.Unlock()
	if m.tag.life != w.life {
		panic(fmt.Sprintf("message: use of a released message\n  taken by\n%v  released by\n%v",
			w.taken, w.gone))
	}
}

func (m Message) sealed() {
	w := &m.b.watch
	w.mu.Lock()
	defer w.mu.Unlock()
	w.sum, w.held = xxhash.Sum64(m.b.Image()), true
}

func (m Message) retained() {
	w := &m.b.watch
	w.mu.Lock()
	defer w.mu.Unlock()
	w.holds = append(w.holds, here())
}

// last verifies that nobody wrote to the message.
func (m Message) last() {
	if xxhash.Sum64(m.b.Image()) != m.b.watch.sum {
		panic(fmt.Sprintf("message: changed after it was published\n  taken by\n%v", m.b.watch.taken))
	}
	m.b.died()
}

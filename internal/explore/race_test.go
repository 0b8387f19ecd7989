package explore_test

import (
	"strings"
	"testing"

	"github.com/millrace/millrace/internal/explore"
)

// shared is memory that is not accessed atomically.
type shared struct{ is int }

func (s *shared) write(v int) { explore.Writes(s); s.is = v }
func (s *shared) read() int   { explore.Reads(s); return s.is }

// A store publishes what its own thread did, and hides what another one had published there.
func TestAStoreHidesWhatWasPublished(t *testing.T) {
	r := explore.Search(explore.Options{Replay: "abc"}, func(x *explore.Run) {
		w, memory := &word{}, &shared{}
		x.Go("writer", func() { memory.write(1); w.store(1) })
		x.Go("other", func() { w.store(2) })
		x.Go("reader", func() { w.load(); memory.read() })
	})
	if r.Failure == nil || !strings.Contains(r.Failure.What, "data race: reader uses what writer wrote") {
		t.Fatal(r.Failure)
	}
}

// What makes one access happen before another, and what does not.
func TestDataRaces(t *testing.T) {
	for name, c := range map[string]struct {
		races   bool
		program func(x *explore.Run, memory *shared)
	}{
		"nothing between": {true, func(x *explore.Run, memory *shared) {
			x.Go("writer", func() { memory.write(1) })
			x.Go("reader", func() { memory.read() })
		}},
		"two writers": {true, func(x *explore.Run, memory *shared) {
			x.Go("one", func() { memory.write(1) })
			x.Go("other", func() { memory.write(1) })
		}},
		"two readers": {false, func(x *explore.Run, memory *shared) {
			x.Go("one", func() { memory.read() })
			x.Go("other", func() { memory.read() })
		}},
		"published": {false, func(x *explore.Run, memory *shared) {
			w := &word{}
			x.Go("writer", func() { memory.write(1); w.store(1) })
			x.Go("reader", func() {
				if w.load() == 1 {
					x.Check(memory.read() == 1, "published and not there")
				}
			})
		}},
		"published too early": {true, func(x *explore.Run, memory *shared) {
			w := &word{}
			x.Go("writer", func() { w.store(1); memory.write(1) })
			x.Go("reader", func() {
				if w.load() == 1 {
					memory.read()
				}
			})
		}},
		"an overwritten publication": {true, func(x *explore.Run, memory *shared) {
			w := &word{}
			x.Go("writer", func() { memory.write(1); w.store(1) })
			x.Go("other", func() { w.store(2) })
			x.Go("reader", func() {
				if w.load() == 2 {
					memory.read()
				}
			})
		}},
		"a swap on top of a publication": {false, func(x *explore.Run, memory *shared) {
			w := &word{}
			x.Go("writer", func() { memory.write(1); w.store(1) })
			x.Go("other", func() { w.swap(1, 2) })
			x.Go("reader", func() {
				if w.load() == 2 {
					memory.read()
				}
			})
		}},
		"a swap that failed": {true, func(x *explore.Run, memory *shared) {
			w := &word{}
			x.Go("writer", func() { memory.write(1); w.swap(7, 8) })
			x.Go("reader", func() { w.load(); memory.read() })
		}},
		"a mutex": {false, func(x *explore.Run, memory *shared) {
			var m explore.Place
			for _, name := range []string{"one", "other"} {
				x.Go(name, func() { m.Lock(); memory.write(memory.read() + 1); m.Unlock() })
			}
		}},
		"a token": {false, func(x *explore.Run, memory *shared) {
			var token explore.Place
			x.Go("giver", func() { memory.write(1); token.Give() })
			x.Go("taker", func() { token.Take(); memory.read() })
		}},
		"a token given back": {false, func(x *explore.Run, memory *shared) {
			var token explore.Place
			x.Go("giver", func() { token.Give(); token.Give(); memory.write(1) })
			x.Go("taker", func() { memory.read(); token.Take() })
		}},
		"after a release": {true, func(x *explore.Run, memory *shared) {
			w := &word{}
			x.Go("writer", func() { memory.write(1); w.store(1); memory.write(2) })
			x.Go("reader", func() {
				if w.load() == 1 {
					memory.read()
				}
			})
		}},
	} {
		t.Run(name, func(t *testing.T) {
			program := func(x *explore.Run) { c.program(x, &shared{}) }
			if c.races {
				mustFail(t, explore.Options{}, "data race: ", program)
			} else {
				mustHold(t, explore.Options{}, program)
			}
		})
	}
}

package arena

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/millrace/millrace/internal/atom"
)

func waits() error { return nil }

// claims counts how many messages of size s yields before it refuses, and holds them.
func claims(t *testing.T, s *Shard, size int) (held []Message) {
	t.Helper()
	for range 100_000 {
		d, err := s.Claim(nil)
		if err != nil {
			if !errors.Is(err, ErrExhausted) {
				t.Fatal(err)
			}
			return held
		}
		d.SetContent(make([]byte, size))
		if errors.Is(d.Err(), ErrExhausted) {
			d.Abort()
			return held
		}
		held = append(held, seal(t, d, 1))
	}
	t.Fatal("no end of memory")
	return nil
}

func releaseAll(held []Message) {
	for _, m := range held {
		m.Release()
	}
}

func TestTheCapHolds(t *testing.T) {
	const memory = 100_000
	a := newTestArena(Limits{}, memory)
	s := a.NewShard(nil)
	held := claims(t, s, 10)
	if len(held) < memory/(256+blockBytes) || a.Stats().Bytes > memory || a.Stats().MaxBytes != memory {
		t.Fatalf("%d messages, %+v", len(held), a.Stats())
	}
	if n, err := a.Held(); n != len(held) || err == nil || !strings.Contains(err.Error(), "not released") {
		t.Fatalf("Held: %d of %d, %v", n, len(held), err)
	}
	releaseAll(held)
	if n, err := a.Held(); n != 0 || err != nil {
		t.Fatal("after release:", n, err)
	}
	before := a.Stats()
	again := claims(t, s, 10)
	if len(again) != len(held) || a.Stats() != before {
		t.Fatalf("%d messages, then %d; %+v, then %+v", len(held), len(again), before, a.Stats())
	}
	releaseAll(again)
}

// However much another shard holds, each has one block of each class: nobody is starved for ever.
func TestBeyondTheCapEachShardHasOneBlockOfEachClass(t *testing.T) {
	a := newTestArena(Limits{}, 1)
	var held []Message
	for range 3 {
		s := a.NewShard(nil)
		for class := classes - 1; class >= 0; class-- {
			held = append(held, write(t, s, make([]byte, sizes[class]-14)))
			if got := int(held[len(held)-1].b.class); got != class {
				t.Fatalf("%d bytes in class %d, want %d", sizes[class], got, class)
			}
		}
		if _, err := s.Claim(nil); !errors.Is(err, ErrExhausted) {
			t.Fatal("one more:", err)
		}
		held = append(held, write(t, a.NewShard(nil), make([]byte, 100_000))) // and a larger one
	}
	releaseAll(held)
}

// A handler that keeps one large message must still be able to send small ones.
func TestAKeptMessageOfTheLikelyClassRefusesNoOther(t *testing.T) {
	a := newTestArena(Limits{}, 1)
	s := a.NewShard(nil)
	kept := write(t, s, make([]byte, 60_000))
	defer kept.Release()
	for range 3 {
		write(t, s, []byte("small")).Release()
	}
	again := write(t, s, make([]byte, 10_000)) // the block of 16 KiB, by growth
	defer again.Release()
	d := claim(t, s)
	d.SetContent(make([]byte, 10_000))
	if !errors.Is(d.Err(), ErrExhausted) {
		t.Fatal("a second one, with no block left that is large enough:", d.Err())
	}
	d.Abort()
}

// A block larger than needed serves when no other is free.
func TestALargerFreeBlockServes(t *testing.T) {
	a := newTestArena(Limits{}, 1)
	s := a.NewShard(nil)
	write(t, s, make([]byte, 60_000)).Release()
	small := write(t, s, nil)
	defer small.Release()
	s.class = 0
	for range 3 {
		write(t, s, make([]byte, 300)).Release()
		d := claim(t, s)
		d.SetContent(make([]byte, 1000))
		if err := d.Err(); err != nil {
			t.Fatal(err)
		}
		d.Abort()
	}
}

func TestAWaitingClaimWakes(t *testing.T) {
	for name, c := range map[string]struct {
		event func(m Message, a *Arena, done chan struct{}, refuse *atom.Bool)
		want  error
	}{
		"when a block comes home": {func(m Message, _ *Arena, _ chan struct{}, _ *atom.Bool) { m.Release() }, nil},
		"when done is closed": {func(_ Message, _ *Arena, done chan struct{}, _ *atom.Bool) { close(done) },
			ErrExhausted},
		"when the gate has closed": {func(_ Message, a *Arena, _ chan struct{}, refuse *atom.Bool) {
			refuse.Store(true)
			a.Nudge()
		}, errGate},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var refuse atom.Bool
				a := newTestArena(Limits{}, 1)
				s := a.NewShard(func() error {
					if refuse.Load() {
						return errGate
					}
					return nil
				})
				held, done, ended := write(t, s, nil), make(chan struct{}), make(chan error, 1)
				go func() {
					d, err := s.Claim(done)
					d.Abort()
					ended <- err
				}()
				synctest.Wait() // the claim is parked: it costs nothing
				a.Nudge()
				synctest.Wait()
				if len(ended) != 0 {
					t.Fatal("did not wait:", <-ended)
				}
				c.event(held, a, done, &refuse)
				synctest.Wait()
				if len(ended) == 0 {
					t.Fatal("still waits")
				}
				if err := <-ended; !errors.Is(err, c.want) {
					t.Fatal(err)
				}
			})
		})
	}
}

var errGate = errors.New("the gate is shut")

func TestTheGateIsAskedBeforeAWait(t *testing.T) {
	asked := 0
	a := newTestArena(Limits{}, 1)
	s := a.NewShard(func() error { asked++; return errGate })
	m := write(t, s, nil)
	defer m.Release()
	if asked != 0 {
		t.Fatal("asked with memory free")
	}
	if _, err := s.Claim(nil); !errors.Is(err, errGate) || asked == 0 {
		t.Fatalf("%v after %d questions", err, asked)
	}
}

// A gate that shuts between the question and the wait may have nobody left to nudge: it is asked
// again once the claim stands in line.
func TestTheGateIsAskedAgainInLine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asked := 0
		s := newTestArena(Limits{}, 1).NewShard(func() error {
			if asked++; asked == 1 {
				return nil
			}
			return errGate
		})
		m := write(t, s, nil)
		defer m.Release()
		if _, err := s.Claim(nil); !errors.Is(err, errGate) {
			t.Fatal(err)
		}
	})
}

// The draft's growth waits as its claim does, and is bounded by the claim's done.
func TestGrowthWaitsToo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newTestArena(Limits{}, 1)
		s := a.NewShard(waits)
		var held []Message
		for class := 1; class < classes; class++ {
			held = append(held, write(t, s, make([]byte, sizes[class]-14)))
		}
		ended := make(chan error, 1)
		done := make(chan struct{})
		grow := func() {
			d, err := s.Claim(done)
			if err == nil {
				d.SetContent(make([]byte, 60_000))
				err = d.Err()
				d.Abort()
			}
			ended <- err
		}
		go grow()
		synctest.Wait()
		if len(ended) != 0 {
			t.Fatal("did not wait:", <-ended)
		}
		held[0].Release() // not large enough
		synctest.Wait()
		if len(ended) != 0 {
			t.Fatal("did not wait on:", <-ended)
		}
		releaseAll(held[1:])
		if err := <-ended; err != nil {
			t.Fatal(err)
		}
		held = []Message{write(t, s, make([]byte, 60_000))}
		go grow()
		synctest.Wait()
		close(done)
		if err := <-ended; !errors.Is(err, ErrExhausted) {
			t.Fatal(err)
		}
		releaseAll(held)
	})
}

// Bytes that another shard gives back between the look and the wait are not missed: nobody would
// announce them again.
func TestBytesGivenBackBeforeTheWaitAreSeen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newTestArena(Limits{}, 120_000)
		large := write(t, a.NewShard(nil), make([]byte, 100_000))
		asked := 0
		s := a.NewShard(func() error {
			if asked++; asked == 1 {
				large.Release()
			}
			return nil
		})
		var held []Message
		for asked == 0 {
			d := claim(t, s) // the one that asks must find the bytes
			held = append(held, seal(t, d, 1))
		}
		releaseAll(held)
	})
}

package arena

import (
	"errors"
	"fmt"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/millrace/millrace/internal/assert"
	"github.com/millrace/millrace/internal/atom"
)

// ends runs what may wait, and returns where its error arrives.
func ends(what func() error) chan error {
	ended := make(chan error, 1)
	go func() { ended <- what() }()
	synctest.Wait()
	return ended
}

func wantWaiting(t *testing.T, ended chan error) {
	t.Helper()
	synctest.Wait()
	select {
	case err := <-ended:
		t.Fatal("did not wait:", err)
	default:
	}
}

func wantEnded(t *testing.T, ended chan error, want error) {
	t.Helper()
	synctest.Wait()
	select {
	case err := <-ended:
		if !errors.Is(err, want) {
			t.Fatalf("%v, want %v", err, want)
		}
	default:
		t.Fatal("still waits")
	}
}

// sends writes a message of that size, and puts it into the slice.
func sends(s *Shard, done chan struct{}, size int, into *[]Message) func() error {
	return func() error {
		d, err := s.Claim(done)
		if err != nil {
			return err
		}
		d.SetContent(make([]byte, size))
		m, err := d.Seal(1)
		if err != nil {
			d.Abort()
			return err
		}
		s.Count()
		*into = append(*into, m)
		return nil
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
				held, done := write(t, s, nil), make(chan struct{})
				ended := ends(func() error {
					d, err := s.Claim(done)
					d.Abort()
					return err
				})
				wantWaiting(t, ended) // parked: it costs nothing
				a.Nudge()
				wantWaiting(t, ended)
				c.event(held, a, done, &refuse)
				wantEnded(t, ended, c.want)
				wantNobody(t, a)
			})
		})
	}
}

// wantNobody checks that nobody is left in line, and nothing reserved for anybody.
func wantNobody(t *testing.T, a *Arena) {
	t.Helper()
	if a.line.first != nil || a.line.last != nil || a.line.stuck != 0 || a.waiting.Load() != 0 {
		t.Fatalf("somebody is left in line: %+v, %d", a.line, a.waiting.Load())
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
		wantNobody(t, s.arena)
	})
}

// Memory in blocks of one class serves requests of every other, in one shard or another's: as issue 10's
// frag2 has it, where large answers were refused for good after a burst of small ones.
func TestMemoryMovesBetweenClassesAndShards(t *testing.T) {
	const memory = 400_000
	for from := range large + 1 {
		for to := range large + 1 {
			for _, same := range []bool{true, false} {
				t.Run(fmt.Sprint(from, to, same), func(t *testing.T) {
					a := newTestArena(Limits{}, memory)
					one := a.NewShard(nil)
					other := one
					if !same {
						other = a.NewShard(nil)
					}
					size := func(class int) int {
						if class == large {
							return 100_000
						}
						return len(contentOf(class))
					}
					held := claims(t, one, size(from))
					releaseAll(held)
					again := claims(t, other, size(to))
					cost := size(to) + headerBytes + lengthBytes + blockBytes
					first := sizes[min(from, classes-1)] // which the first may take that is sent as the last was
					if want := (memory - first) / cost; len(again) < want {
						t.Errorf("%d messages, should be %d", len(again), want)
					}
					releaseAll(again)
					if a.Stats().Bytes > memory+2*MaxOwn {
						t.Errorf("%+v", a.Stats())
					}
				})
			}
		}
	}
}

// Who is at work hides only what it has ready; what comes home to it meanwhile serves others.
func TestWhatComesHomeDuringASessionServesOthers(t *testing.T) {
	a := newTestArena(Limits{}, 100_000)
	busy, other := a.NewShard(nil), a.NewShard(nil)
	held := claims(t, busy, 10)
	held[0].Release()
	held[1].Release()
	claim(t, busy)
	releaseAll(held[2:])
	// A draft, what is ready, and the busy one's own are not for others; one more is the other's own.
	if n := len(claims(t, other, 10)); n != len(held)-2 {
		t.Fatalf("%d messages, %d had come home", n, len(held))
	}
	if busy.EndDrafts(); busy.heldNow() != 0 {
		t.Fatal("bytes are left")
	}
}

// First come, first served: also a large request among small ones.
func TestTheLineIsServedInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newTestArena(Limits{}, 200_000)
		rest := write(t, a.NewShard(nil), make([]byte, 80_000))
		var first []Message
		filler := a.NewShard(nil)
		first = claims(t, filler, 10)
		var one, two []Message
		want := ends(sends(a.NewShard(waits), nil, 120_000, &one))
		small := ends(sends(a.NewShard(waits), nil, 3000, &two))
		for _, m := range first[:len(first)/2] {
			m.Release()
			wantWaiting(t, small)
		}
		wantWaiting(t, want)
		rest.Release()
		wantEnded(t, want, nil)
		releaseAll(first[len(first)/2:])
		wantEnded(t, small, nil)
		releaseAll(append(one, two...))
		wantNobody(t, a)
		if n, err := a.Held(); n != 0 {
			t.Fatal(err)
		}
	})
}

// Who must not wait takes what is free before those who may.
func TestWhoMustNotWaitIsRefusedOnlyWhenNothingIsFree(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newTestArena(Limits{}, 300_000)
		filler, handler := a.NewShard(nil), a.NewShard(nil)
		held := claims(t, filler, 10)
		m := write(t, handler, nil) // its own
		d := claim2(handler)
		if d == nil {
			t.Fatal("refused, though it did not say why")
		}
		releaseAll(held[:100])
		if d := claim2(handler); d != nil {
			t.Fatal(d)
		}
		m.Release()
		releaseAll(held[100:])
	})
}

// claim2 claims and gives up.
func claim2(s *Shard) error {
	d, err := s.Claim(nil)
	d.Abort()
	return err
}

// A publisher whose open drafts are all the memory is told so: it would wait for itself for ever.
func TestABatchThatIsAllTheMemoryIsRefused(t *testing.T) {
	for _, size := range []int{0, 3000, 100_000} {
		synctest.Test(t, func(t *testing.T) {
			a := newTestArena(Limits{}, 250_000)
			s := a.NewShard(waits)
			var batch []Draft
			for {
				d, err := s.Claim(nil)
				if err == nil {
					d.SetContent(make([]byte, size))
					err = d.Err()
				}
				if err != nil {
					if !errors.Is(err, ErrOpenDrafts) || !errors.Is(err, ErrExhausted) {
						t.Fatal(err)
					}
					d.Abort()
					break
				}
				batch = append(batch, d)
			}
			for _, d := range batch {
				seal(t, d, 1).Release()
			}
			wantNobody(t, a)
			write(t, s, make([]byte, size)).Release()
		})
	}
}

// Nor do several that each hold a part wait for each other for ever.
func TestDraftsThatWaitForEachOtherAreRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newTestArena(Limits{}, 300_000)
		one, two := a.NewShard(waits), a.NewShard(waits)
		first, second := claim(t, one), claim(t, two)
		first.SetContent(make([]byte, 120_000))
		second.SetContent(make([]byte, 120_000))
		grow := func(d Draft) func() error {
			return func() error {
				d.SetContent(make([]byte, 220_000))
				return d.Err()
			}
		}
		ended := ends(grow(first))
		wantWaiting(t, ended)
		wantEnded(t, ends(grow(second)), ErrOpenDrafts)
		wantWaiting(t, ended)
		second.Abort()
		wantEnded(t, ended, nil)
		first.Abort()
		wantNobody(t, a)
	})
}

// Drafts that wait for room hold next to nothing meanwhile, whatever block they began in: many publishers
// of messages that are each a good part of the memory wait for each other's, and none is refused.
func TestManyThatGrowWaitForEachOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const publishers, messages = 50, 5
		a := newTestArena(Limits{}, 64<<10)
		queue, ended := make(chan Message, publishers), make(chan error, publishers)
		for p := range publishers {
			s := a.NewShard(waits)
			go func() {
				var err error
				for n := range messages {
					d, _ := s.Claim(nil)
					d.SetContent(make([]byte, (p*7919+n*10007)%60_000))
					var m Message
					if m, err = d.Seal(1); err != nil {
						break
					}
					s.Count()
					queue <- m
				}
				ended <- err
			}()
		}
		for range publishers * messages {
			synctest.Wait()
			if taken, most := a.Stats().Bytes, int64(64<<10+publishers*MaxOwn); taken > most {
				t.Fatalf("%d bytes of %d", taken, most)
			}
			if len(queue) == 0 {
				t.Fatal("stands still:", <-ended)
			}
			(<-queue).Release()
		}
		for range publishers {
			if err := <-ended; err != nil {
				t.Fatal(err)
			}
		}
		wantNobody(t, a)
	})
}

// The draft's growth waits as its claim does, and is bounded by the claim's done.
func TestGrowthWaitsToo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newTestArena(Limits{}, 200_000)
		var held, got []Message
		for range 2 {
			held = append(held, write(t, a.NewShard(nil), contentOf(classes-1)))
		}
		s, done := a.NewShard(waits), make(chan struct{})
		ended := ends(sends(s, done, 60_001, &got))
		wantWaiting(t, ended)
		held[0].Release()
		wantEnded(t, ended, nil)
		ended = ends(sends(s, done, 60_000, &got))
		wantWaiting(t, ended)
		close(done)
		wantEnded(t, ended, ErrExhausted)
		releaseAll(append(got, held[1]))
		wantNobody(t, a)
	})
}

// Bytes that come free without any block coming home serve the line too.
func TestAnAbortedLargeDraftServesOthers(t *testing.T) {
	for name, end := range map[string]func(s *Shard, d Draft){
		"aborted":   func(_ *Shard, d Draft) { d.Abort() },
		"discarded": func(_ *Shard, d Draft) { d.Discard() },
		"ended":     func(s *Shard, _ Draft) { s.EndDrafts() },
		"closed":    func(s *Shard, _ Draft) { s.Close() },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a := newTestArena(Limits{}, 300_000)
				one := a.NewShard(nil)
				d := claim(t, one)
				d.SetContent(make([]byte, 150_000))
				s := a.NewShard(waits)
				got := []Message{write(t, s, make([]byte, 100_000))}
				ended := ends(sends(s, nil, 100_000, &got))
				wantWaiting(t, ended)
				end(one, d)
				wantEnded(t, ended, nil)
				releaseAll(got)
			})
		})
	}
}

// A thousand publishers of large messages, under a small cap: all of it is sent, and never more bytes
// taken than the cap and a little for each.
func TestTheCapHoldsForManyPublishers(t *testing.T) {
	publishers := 1000
	if testing.Short() || raceEnabled {
		publishers = 100
	}
	const memory = 64 << 20
	synctest.Test(t, func(t *testing.T) {
		a := newTestArena(Limits{}, memory)
		queue, ended := make(chan Message, publishers), make(chan error, publishers)
		content := make([]byte, 1<<20)
		for range publishers {
			s := a.NewShard(waits)
			go func() {
				d, err := s.Claim(nil)
				if err == nil {
					d.SetContent(content)
					var m Message
					if m, err = d.Seal(1); err == nil {
						s.Count()
						queue <- m
					}
				}
				ended <- err
			}()
		}
		for sent := range publishers {
			synctest.Wait()
			if taken, most := a.Stats().Bytes, int64(memory+publishers*MaxOwn); taken > most {
				t.Fatalf("%d bytes of %d", taken, most)
			}
			if len(queue) == 0 {
				t.Fatalf("stands still after %d: %v", sent, <-ended)
			}
			(<-queue).Release()
		}
		for range publishers {
			if err := <-ended; err != nil {
				t.Fatal(err)
			}
		}
		wantNobody(t, a)
	})
}

// Waiting for memory, and being served, costs no allocation where one message follows another of its
// size.
func TestPressureCostsNoAllocation(t *testing.T) {
	if assert.Enabled {
		t.Skip("assertions remember stacks")
	}
	a := newTestArena(Limits{}, 20*costs[0])
	s, other := a.NewShard(waits), a.NewShard(nil)
	kept := claims(t, other, 10)
	kept[0].Release()
	sent, next := make(chan Message), make(chan struct{})
	go func() {
		for range next {
			d, _ := s.Claim(nil)
			m, _ := d.Seal(1)
			s.Count()
			sent <- m
		}
	}()
	var last Message
	round := func() {
		next <- struct{}{}
		if !last.IsZero() {
			for a.waiting.Load() == 0 && len(sent) == 0 {
				runtime.Gosched()
			}
			last.Release()
		}
		last = <-sent
	}
	own := write(t, s, nil)
	for range 20 {
		round()
	}
	if n := testing.AllocsPerRun(100, round); n != 0 {
		t.Errorf("%v allocations a message", n)
	}
	close(next)
	own.Release()
	last.Release()
	releaseAll(kept[1:])
}

// A deferred Abort looks at the header of a draft that was published, whose memory may be with another
// shard by then: the race detector sees that it looks at nothing that others write.
func TestAStaleAbortMeetsThieves(t *testing.T) {
	a := newTestArena(Limits{}, 6*costs[0])
	queue := make(chan Message, 64)
	var all, release sync.WaitGroup
	for p := range 3 {
		s := a.NewShard(waits)
		all.Go(func() {
			defer s.Close()
			for n := range 300 {
				d, err := s.Claim(nil)
				if err == nil {
					d.SetContent(make([]byte, (n%3)*300*(p%2)))
					err = d.Err()
				}
				if err != nil {
					t.Error(err)
					return
				}
				m, _ := d.Seal(1)
				s.Count()
				queue <- m
				d.Abort()
			}
		})
	}
	release.Go(func() {
		for m := range queue {
			m.Release()
		}
	})
	all.Wait()
	close(queue)
	release.Wait()
	for range 3 { // what is in stock
		a.Trim()
	}
	wantEmptyOfMessages(t, a)
}

func wantEmptyOfMessages(t *testing.T, a *Arena) {
	t.Helper()
	if held, err := a.Held(); held != 0 || a.used.Load() != 0 || a.private.Load() != 0 {
		t.Errorf("%d held, %d bytes, %d private: %v", held, a.used.Load(), a.private.Load(), err)
	}
}

// Who gave up a large draft hides nothing from others: what it has free serves them.
func TestAfterALargeDraftOthersTakeWhatIsFree(t *testing.T) {
	a := newTestArena(Limits{}, 200_000)
	first, second := a.NewShard(nil), a.NewShard(nil)
	for _, size := range []int{20, 3000, 15_000, 60_000} {
		write(t, first, make([]byte, size)).Release()
	}
	d := claim(t, first)
	d.SetContent(make([]byte, 100_000))
	if d.Err() != nil {
		t.Fatal(d.Err())
	}
	d.Abort()
	write(t, second, make([]byte, 190_000)).Release()
}

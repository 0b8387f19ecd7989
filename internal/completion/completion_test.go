package completion

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/millrace/millrace/internal/park"
)

func ask(t *testing.T, in *Inbox, id uint64) *Token {
	t.Helper()
	token, err := in.Ask(id)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func (in *Inbox) all() (list []Answer) {
	var into [3]Answer
	for n := in.Take(into[:]); n > 0; n = in.Take(into[:]) {
		list = append(list, into[:n]...)
	}
	return list
}

func TestToldOnceByTheLastHolder(t *testing.T) {
	in := NewInbox(&Pool{}, 10)
	token := ask(t, in, 7)
	token.Hold(2)
	token.Note(2)
	token.Done()
	token.Note(1)
	token.Done()
	if got := in.all(); len(got) != 0 {
		t.Fatal("told while it is held:", got)
	}
	token.Done()
	if got := in.all(); len(got) != 1 || got[0] != (Answer{7, 2}) {
		t.Fatal("told", got)
	}
	if in.Open() != 0 {
		t.Fatal(in.Open(), "open")
	}
}

func TestOldestFirst(t *testing.T) {
	in := NewInbox(&Pool{}, 10)
	for id := range uint64(7) {
		ask(t, in, id).Done()
	}
	for i, a := range in.all() {
		if a.ID != uint64(i) {
			t.Fatal("at", i, "came", a.ID)
		}
	}
}

func TestQuestionsAreBounded(t *testing.T) {
	in := NewInbox(&Pool{}, 2)
	first := ask(t, in, 1)
	ask(t, in, 2).Done()
	if _, err := in.Ask(3); !errors.Is(err, ErrFull) {
		t.Fatal("an answer that was not received makes no room:", err)
	}
	in.all()
	ask(t, in, 3)
	first.Void()
	first.Done()
	ask(t, in, 4)
	if got := in.all(); len(got) != 0 {
		t.Fatal("told of a void question:", got)
	}
}

func TestMergeOfNoneAndOfOne(t *testing.T) {
	in := NewInbox(&Pool{}, 10)
	if Merge(nil) != nil || Merge([]*Token{nil, nil}) != nil {
		t.Fatal("a token of nothing")
	}
	token := ask(t, in, 1)
	if m := Merge([]*Token{nil, token, token}); m != token {
		t.Fatal("one token, merged, is another")
	}
	token.Done()
	if len(in.all()) != 0 {
		t.Fatal("the merged one holds nothing")
	}
	token.Done()
	if len(in.all()) != 1 {
		t.Fatal("not told")
	}
}

func TestMergedTokensCarryTheWorst(t *testing.T) {
	in := NewInbox(&Pool{}, 10)
	a, b := ask(t, in, 1), ask(t, in, 2)
	m := Merge([]*Token{a, b})
	a.Note(1)
	m.Note(3)
	a.Done()
	b.Done()
	if len(in.all()) != 0 {
		t.Fatal("told before what was made of them is done")
	}
	m.Done()
	if got := in.all(); len(got) != 2 || got[0] != (Answer{1, 3}) || got[1] != (Answer{2, 3}) {
		t.Fatal(got)
	}
}

// What goes round in a cycle, and takes up a new question at each turn, is as deep as maxDepth and
// no deeper; each question is answered once.
func TestCyclesLeadNoTailBehindThem(t *testing.T) {
	const turns = 10 * maxDepth
	in := NewInbox(&Pool{}, turns+1)
	round := ask(t, in, 0)
	for id := range uint64(turns) {
		next := ask(t, in, id+1)
		m := Merge([]*Token{round, next})
		round.Done()
		next.Done()
		round = m
		if round.depth > maxDepth || len(round.parents) > turns+1 {
			t.Fatal("depth", round.depth, "with", len(round.parents), "parents")
		}
	}
	round.Done()
	if got := in.all(); len(got) != turns+1 {
		t.Fatal(len(got), "told")
	}
}

// Random merges, checked against sets of questions.
func TestMergesProperty(t *testing.T) {
	type carrier struct {
		token *Token
		of    map[uint64]bool
	}
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 0))
		in, open := NewInbox(&Pool{}, 1000), map[uint64]int{}
		var carriers []carrier
		give := func(i int) {
			for id := range carriers[i].of {
				open[id]--
			}
			carriers[i].token.Done()
			carriers[i] = carriers[len(carriers)-1]
			carriers = carriers[:len(carriers)-1]
		}
		told := map[uint64]bool{}
		look := func() {
			for _, a := range in.all() {
				if told[a.ID] || open[a.ID] != 0 {
					t.Fatalf("seed %d: question %d told with %d holders, before: %v", seed, a.ID, open[a.ID], told[a.ID])
				}
				told[a.ID] = true
			}
		}
		for id := range uint64(300) {
			carriers = append(carriers, carrier{ask(t, in, id), map[uint64]bool{id: true}})
			open[id]++
			var tokens []*Token
			of := map[uint64]bool{}
			for range r.IntN(4) {
				c := carriers[r.IntN(len(carriers))]
				tokens = append(tokens, c.token)
				for id := range c.of {
					of[id] = true
				}
			}
			if m := Merge(tokens); m != nil {
				for id := range of {
					open[id]++
				}
				carriers = append(carriers, carrier{m, of})
			}
			for range r.IntN(4) {
				if len(carriers) > 0 {
					give(r.IntN(len(carriers)))
				}
			}
			look()
		}
		for len(carriers) > 0 {
			give(0)
		}
		look()
		if len(told) != 300 || in.Open() != 0 {
			t.Fatalf("seed %d: %d told, %d open", seed, len(told), in.Open())
		}
	}
}

func TestReceiversAndHoldersAtOnce(t *testing.T) {
	const questions = 20000
	in := NewInbox(&Pool{}, questions)
	tokens := make(chan *Token, 100)
	var holders, receivers sync.WaitGroup
	for range 4 {
		holders.Go(func() {
			for token := range tokens {
				token.Done()
			}
		})
	}
	var mu sync.Mutex
	seen := make(map[uint64]int)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	for range 2 {
		receivers.Go(func() {
			w, into := park.NewWaiter(), make([]Answer, 16)
			for {
				n := in.Take(into)
				mu.Lock()
				for _, a := range into[:n] {
					seen[a.ID]++
				}
				last := len(seen) == questions
				mu.Unlock()
				if last {
					cancel()
				}
				if n == 0 && !in.Wait(w, ctx.Done()) {
					return
				}
			}
		})
	}
	for id := range uint64(questions) {
		token := ask(t, in, id)
		token.Hold(2)
		for range 3 {
			tokens <- token
		}
	}
	close(tokens)
	holders.Wait()
	receivers.Wait()
	for id, n := range seen {
		if n != 1 {
			t.Fatal(id, "told", n, "times")
		}
	}
}

package arena

import (
	"testing"

	"github.com/millrace/millrace/internal/completion"
)

// A shard keeps what its open drafts ask in mind, and not what thousands before them asked.
func TestAShardForgetsWhatEndedDraftsAsked(t *testing.T) {
	s := newTestShard()
	in := completion.NewInbox(&completion.Pool{}, 10)
	for id := range uint64(1000) {
		d := claim(t, s)
		token, err := in.Ask(id)
		if err != nil || d.Ask(token) != nil {
			t.Fatal(id, err)
		}
		m, err := d.Seal(1)
		if err != nil {
			t.Fatal(err)
		}
		s.Count()
		m.Release()
		if in.Take(make([]completion.Answer, 1)) != 1 {
			t.Fatal(id, "not answered")
		}
	}
	if n := len(s.asking.list); n > 100 {
		t.Fatal(n, "kept in mind")
	}
}

// A block that a message with a question lived in asks nothing in its next life.
func TestAQuestionEndsWithItsMessage(t *testing.T) {
	s := newTestShard()
	in := completion.NewInbox(&completion.Pool{}, 10)
	for id := range uint64(100) {
		d := claim(t, s)
		if d.b.Asking() != nil {
			t.Fatal("a new draft asks what an old one asked")
		}
		if id%2 == 0 {
			token, _ := in.Ask(id)
			if err := d.Ask(token); err != nil {
				t.Fatal(err)
			}
		}
		m, err := d.Seal(1)
		if err != nil {
			t.Fatal(err)
		}
		if (m.Token() != nil) != (id%2 == 0) {
			t.Fatal(id, "carries", m.Token())
		}
		s.Count()
		m.Release()
		in.Take(make([]completion.Answer, 1))
	}
}

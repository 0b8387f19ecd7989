//go:build explore

package arena

import (
	"testing"

	"github.com/millrace/millrace/internal/completion"
	"github.com/millrace/millrace/internal/explore"
	"github.com/millrace/millrace/internal/explore/exploretest"
)

// ask makes a draft with a question.
func (s *scene) ask(shard *Shard, in *completion.Inbox, id uint64) Draft {
	d := s.claim(shard)
	token, err := in.Ask(id)
	s.x.Check(err == nil && d.Ask(token) == nil, "ask: %v", err)
	return d
}

func (s *scene) answers(in *completion.Inbox, want ...completion.Answer) {
	into := make([]completion.Answer, 4)
	n := in.Take(into)
	s.x.Check(n == len(want) && in.Open() == 0, "%v told, %d open", into[:n], in.Open())
	for i, a := range want {
		s.x.Check(into[i] == a, "told %v, not %v", into[i], a)
	}
}

// Two holders release a message that was asked about, one of them after it has told what became of it:
// its source is told once, with that.
func TestExploreAnswer(t *testing.T) {
	exploretest.Exhaust(t, func(x *explore.Run) {
		s := newScene(x, 4)
		shard, in := s.arena.NewShard(nil), completion.NewInbox(&completion.Pool{}, 4)
		m, err := s.ask(shard, in, 7).Seal(2)
		x.Check(err == nil, "%v", err)
		x.Go("holder 1", func() { m.Note(3); m.Release() })
		x.Go("holder 2", func() { m.Release() })
		x.Finally(func() { s.answers(in, completion.Answer{ID: 7, Worst: 3}) })
	})
}

// A message is derived from one that somebody else releases meanwhile: its holder's release answers.
func TestExploreDerive(t *testing.T) {
	exploretest.Exhaust(t, func(x *explore.Run) {
		s := newScene(x, 4)
		shard, other, in := s.arena.NewShard(nil), s.arena.NewShard(nil), completion.NewInbox(&completion.Pool{}, 4)
		m, err := s.ask(shard, in, 7).Seal(2)
		x.Check(err == nil, "%v", err)
		x.Go("sink", func() { m.Release() })
		x.Go("stage", func() {
			d := s.claim(other)
			x.Check(d.Derive([]Message{m}) == nil, "not derived")
			child, err := d.Seal(1)
			x.Check(err == nil, "%v", err)
			m.Release()
			x.Check(in.Open() == 1 && in.Take(make([]completion.Answer, 1)) == 0, "told too early")
			child.Note(2)
			child.Release()
		})
		x.Finally(func() { s.answers(in, completion.Answer{ID: 7, Worst: 2}) })
	})
}

// Somebody gives up a draft that is not his while its owner ends: its question is void, once.
func TestExploreQuestionOfAnEndedDraft(t *testing.T) {
	exploretest.Bound(t, 2, exploretest.Any, func(x *explore.Run) {
		s := newScene(x, 4)
		shard, in := s.arena.NewShard(nil), completion.NewInbox(&completion.Pool{}, 4)
		d := s.ask(shard, in, 7)
		x.Go("owner", func() { shard.EndDrafts() })
		x.Go("another", func() { d.Discard() })
		x.Finally(func() { s.answers(in) })
	})
}

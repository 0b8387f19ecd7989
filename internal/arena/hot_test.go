package arena

import (
	"strconv"
	"testing"
)

// One publisher's memory going round, five properties and 256 bytes each time.
//
//	Write  shard -> draft -> message -> shard
//	From   shard -> draft, copied from a message and changed -> message -> shard
//	Batch  shard -> 64 drafts -> 64 messages -> one chain -> shard
func BenchmarkHotMessage(b *testing.B) {
	b.Run("Write", func(b *testing.B) { goRound(b, 1, writeHot) })
	b.Run("From", func(b *testing.B) { goRound(b, 1, copyHot()) })
	b.Run("Batch", func(b *testing.B) { goRound(b, 64, writeHot) })
}

var hotContent = make([]byte, 256)

func writeHot(s *Shard, sequence string) Message { return hotMessage(s, sequence, hotContent) }

func copyHot() func(s *Shard, sequence string) Message {
	old := hotMessage(newHotShard(), "0", nil)
	return func(s *Shard, sequence string) Message {
		d, err := s.ClaimFrom(old, nil)
		if err != nil {
			panic(err)
		}
		d.Set("sequence", sequence)
		d.SetContent(hotContent)
		m, err := d.Seal(1)
		if err != nil {
			panic(err)
		}
		return m
	}
}

func newHotShard() *Shard { return newTestArena(Limits{}, 0).NewShard(nil) }

func goRound(b *testing.B, batch int, next func(*Shard, string) Message) {
	b.ReportAllocs()
	s := newHotShard()
	var out Returns
	held := make([]Message, 0, batch)
	for i := range b.N {
		sequence := sequences[i%len(sequences)]
		m := next(s, sequence)
		if got, _ := m.Property("sequence"); string(got) != sequence || len(m.Content()) != 256 ||
			m.Properties().Len() != 5 {
			b.Fatalf("message %d reads otherwise", i)
		}
		if held = append(held, m); len(held) == batch || i == b.N-1 {
			for _, m := range held {
				out.Release(m)
			}
			out.Flush()
			held = held[:0]
		}
	}
}

// sequences are numbers as text, made beforehand so that their making is not measured.
var sequences = func() (list [1024]string) {
	for i := range list {
		list[i] = strconv.Itoa(1_000_000 + i)
	}
	return list
}()

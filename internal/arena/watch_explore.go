//go:build explore && !assert

package arena

import "github.com/millrace/millrace/internal/atom"

// In exploring builds they declare who uses a block when, so that a use that nothing orders with the
// block's next life is found: see watch_on.go for what else they are.

type (
	tag    struct{}
	watch  struct{}
	roster struct{}
)

func (b *block) born() tag {
	atom.Writes(b)
	return tag{}
}

func (b *block) died() { atom.Writes(b) }

func (b *block) watched()   {}
func (b *block) forgotten() {}

func (s *Shard) whoHolds() []string { _ = s.roster; return nil }

func (d Draft) current() bool { return true }

func (m Message) check() {
	if m.b != nil {
		atom.Reads(m.b)
	}
}

func (m Message) sealed()   { atom.Writes(m.b) }
func (m Message) retained() {}
func (m Message) last()     { atom.Writes(m.b) }

//go:build !assert && !explore

package arena

// Without assertions these cost nothing and do nothing: see watch_on.go.

type (
	tag    struct{}
	watch  struct{}
	roster struct{}
)

func (b *block) born() tag  { return tag{} }
func (b *block) died()      {}
func (b *block) watched()   {}
func (b *block) forgotten() {}

func (s *Shard) whoHolds() []string { _ = s.roster; return nil }

func (d Draft) current() bool { return true }

func (m Message) check()    {}
func (m Message) sealed()   {}
func (m Message) retained() {}
func (m Message) last()     {}

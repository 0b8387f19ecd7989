package arena

import "github.com/millrace/millrace/internal/layout"

// recentKeys remembers the keys that a publisher writes again and again, so that most are not
// hashed: a direct-mapped cache by length, first and last byte. A key that is compared with the
// very string it was remembered by, as a constant is, costs no look at its bytes.
type recentKeys [32]layout.Key

func slotOf(key string) uint {
	n := uint(len(key))
	if n == 0 {
		return 0
	}
	return (n*5 + uint(key[0])*3 + uint(key[n-1])) % uint(len(recentKeys{}))
}

// key returns the key of a name; one without a number may have no name. Owner only.
func (s *Shard) key(name string) layout.Key {
	recent := &s.recent[slotOf(name)]
	if recent.ID() != 0 && recent.Name() == name {
		return *recent
	}
	met := s.arena.keys.Meet(name)
	if met.ID() != 0 {
		*recent = met
	}
	return met
}

package arena

import "github.com/millrace/millrace/property"

// recentKeys remembers the keys that a publisher writes again and again, so that most are not
// hashed: a direct-mapped cache by length, first and last byte. A key that is compared with the
// very string it was remembered by, as a constant is, costs no look at its bytes.
type recentKeys [32]property.Key

func slotOf[T string | []byte](key T) uint {
	n := uint(len(key))
	if n == 0 {
		return 0
	}
	return (n*5 + uint(key[0])*3 + uint(key[n-1])) % uint(len(recentKeys{}))
}

// id returns the number of a key, or 0. Owner only.
func (s *Shard) id(key string) property.ID {
	recent := &s.recent[slotOf(key)]
	if recent.ID() != 0 && recent.Name() == key {
		return recent.ID()
	}
	met := s.arena.keys.Meet(key)
	if met.ID() != 0 {
		*recent = met
	}
	return met.ID()
}

// idBytes is id for a key in bytes.
func (s *Shard) idBytes(key []byte) property.ID {
	recent := &s.recent[slotOf(key)]
	if recent.ID() != 0 && recent.Name() == string(key) {
		return recent.ID()
	}
	met := s.arena.keys.MeetBytes(key)
	if met.ID() != 0 {
		*recent = met
	}
	return met.ID()
}

package wire

import (
	"bytes"
	"cmp"
	"slices"
)

// fewProperties is up to how many properties every key is compared with every other.
const fewProperties = 16

// duplicate returns where in pairs the first key stands that was there before.
func (m Message) duplicate() (at int, twice bool) {
	var few [fewProperties]uint32
	keys := few[:0]
	if m.count > fewProperties {
		keys = make([]uint32, 0, m.count)
	}
	at = 0
	for key, value := range m.Properties() {
		keys = append(keys, uint32(at))
		at += len(key) + len(value) + 2
	}
	if m.count > fewProperties {
		return m.firstRepeated(keys)
	}
	for i := range keys {
		for j := range keys[:i] {
			if m.compare(keys[i], keys[j]) == 0 {
				return int(keys[i]), true
			}
		}
	}
	return 0, false
}

// firstRepeated sorts the keys and looks at neighbours.
func (m Message) firstRepeated(keys []uint32) (at int, twice bool) {
	slices.SortFunc(keys, func(a, b uint32) int {
		return cmp.Or(m.compare(a, b), cmp.Compare(a, b))
	})
	for i := 1; i < len(keys); i++ {
		if m.compare(keys[i-1], keys[i]) == 0 && (!twice || int(keys[i]) < at) {
			at, twice = int(keys[i]), true
		}
	}
	return at, twice
}

func (m Message) compare(a, b uint32) int {
	one, _ := untilNUL(m.pairs[a:])
	other, _ := untilNUL(m.pairs[b:])
	return bytes.Compare(one, other)
}

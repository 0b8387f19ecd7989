package layout

import (
	"strings"

	"github.com/cespare/xxhash/v2"

	"github.com/millrace/millrace/internal/atom"
	"github.com/millrace/millrace/internal/park"
)

// ID stands for an interned key within one Keys. 0 means not interned.
type ID uint32

// Key is a property key of one Keys, with the number it was interned under. Two keys of one Keys with
// the same name are equal as values. A key that came after the bound, or holds a NUL, has no number and
// works all the same, by comparing bytes.
type Key struct {
	known *keyData // of the zero Key nil
	name  string   // of a key without a number; the others' is known
}

// headBytes is how much of a key is written at once, as if it had as many bytes: which is cheaper than
// to ask how many it has, and what is too much is written over by what follows.
const headBytes = 32

// keyData is what a Keys knows of a key: one for each that has a number, and one for all others.
type keyData struct {
	keys   *Keys
	direct *Keys // keys if the number is a narrow one and head is all of text, else nil
	id     ID
	narrow uint16 // with direct: the number
	size   uint16 // of text, with direct
	head   [headBytes]byte
	text   string // the name and the NUL that stands behind it in a message
}

// Name returns the key's text.
func (k Key) Name() string {
	if k.ID() == 0 {
		return k.name
	}
	return k.known.name()
}

// ID returns the key's number, or 0.
func (k Key) ID() ID {
	if k.known == nil {
		return 0
	}
	return k.known.id
}

// Narrow is ID for a key that a record's Begin has written.
func (k Key) Narrow() ID { return ID(k.known.narrow) }

// Of tells whether the key is one of that interner's.
func (k Key) Of(keys *Keys) bool { return k.known != nil && k.known.keys == keys }

// DefaultKeys is how many keys a Keys made with NewKeys(0) interns.
const DefaultKeys = 1024

// Keys gives property keys small numbers, so that looking a property up compares integers. It
// interns a bounded number of keys and never forgets one. Look-ups take no lock.
//
// It is an open-addressed table of twice the bound, hashed by xxhash; entries are only ever added.
type Keys struct {
	mu      park.Mutex // serialises writes
	limit   int
	count   int                     // guarded by mu
	crowded atom.Bool               // half the bound is used: Meet adds no more; written under mu
	table   []atom.Pointer[keyData] // written under mu, read by anyone
	others  keyData                 // what all keys without a number have
}

// NewKeys makes an interner for up to limit keys; 0 means DefaultKeys.
func NewKeys(limit int) *Keys {
	if limit <= 0 {
		limit = DefaultKeys
	}
	return newKeys(limit)
}

// NoKeys makes an interner that gives no numbers.
func NoKeys() *Keys {
	k := newKeys(0)
	k.crowded.Store(true)
	return k
}

func newKeys(limit int) *Keys {
	size := 2
	for size < 2*limit {
		size *= 2
	}
	k := &Keys{limit: limit, table: make([]atom.Pointer[keyData], size)}
	k.others.keys = k
	return k
}

// Intern returns the key of that name, giving it a number if the bound allows. Any goroutine may
// call it.
func (k *Keys) Intern(name string) Key {
	if known := k.find(name); known != nil {
		return Key{known: known}
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.add(name, k.limit)
}

// Meet returns a key that a publisher writes, giving it a number while half the bound is left for
// keys that are interned on purpose; one without a number may come back without its name. The name is
// not kept. It allocates only to add a key. Any goroutine may call it.
func (k *Keys) Meet(name string) Key {
	if known := k.find(name); known != nil {
		return Key{known: known}
	}
	return k.meet(name)
}

func (k *Keys) meet(name string) Key {
	if k.crowded.Load() {
		return Key{known: &k.others}
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.add(name, k.limit/2)
}

// add gives a key a number while there are less than limit. k.mu is held.
func (k *Keys) add(name string, limit int) Key {
	slot := k.slot(xxhash.Sum64String(name))
	for known := k.table[slot].Load(); known != nil; known = k.table[slot].Load() {
		if known.name() == name {
			return Key{known: known}
		}
		slot = k.slot(slot + 1)
	}
	k.crowded.Store(k.count+1 >= k.limit/2)
	if k.count >= limit || strings.IndexByte(name, 0) >= 0 {
		return Key{known: &k.others, name: strings.Clone(name)}
	}
	k.count++
	key := &keyData{keys: k, id: ID(k.count), text: name + "\x00"}
	if copy(key.head[:], key.text) == len(key.text) && key.id <= narrowMax {
		key.direct, key.narrow, key.size = k, uint16(key.id), uint16(len(key.text))
	}
	// SYNC POINT: intern. The key was written before it is stored.
	k.table[slot].Store(key)
	return Key{known: key}
}

// Lookup returns the number of a key, or 0. Any goroutine may call it.
func (k *Keys) Lookup(name string) ID {
	if known := k.find(name); known != nil {
		return known.id
	}
	return 0
}

func (k *Keys) find(name string) *keyData {
	slot := k.slot(xxhash.Sum64String(name))
	for {
		// SYNC POINT: intern. A stored key was written before.
		known := k.table[slot].Load()
		if known == nil || known.name() == name {
			return known
		}
		slot = k.slot(slot + 1)
	}
}

func (k *Keys) slot(hash uint64) uint64 { return hash & uint64(len(k.table)-1) }

func (k *keyData) name() string { return k.text[:len(k.text)-1] }

package layout

import (
	"strings"

	"github.com/cespare/xxhash/v2"

	"github.com/millrace/millrace/internal/atom"
	"github.com/millrace/millrace/internal/park"
)

// ID stands for an interned key within one Keys. 0 means not interned.
type ID uint32

// Key is a property key of one Keys, with the number it was interned under and the NUL that stands
// behind it in a message. Two keys of one Keys with the same name are equal as values. A key that came
// after the bound, or holds a NUL, has no number and works all the same, by comparing bytes.
type Key struct {
	keys *Keys
	id   ID
	text string // the name and a NUL
}

// Name returns the key's text.
func (k Key) Name() string {
	if k.text == "" {
		return ""
	}
	return k.text[:len(k.text)-1]
}

// ID returns the key's number, or 0.
func (k Key) ID() ID { return k.id }

// Of tells whether the key is one of that interner's.
func (k Key) Of(keys *Keys) bool { return k.keys == keys }

// DefaultKeys is how many keys a Keys made with NewKeys(0) interns.
const DefaultKeys = 1024

// Keys gives property keys small numbers, so that looking a property up compares integers. It
// interns a bounded number of keys and never forgets one. Look-ups take no lock.
//
// It is an open-addressed table of twice the bound, hashed by xxhash; entries are only ever added.
type Keys struct {
	mu      park.Mutex // serialises writes
	limit   int
	count   int                 // guarded by mu
	crowded atom.Bool           // half the bound is used: Meet adds no more; written under mu
	table   []atom.Pointer[Key] // written under mu, read by anyone
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
	return &Keys{limit: limit, table: make([]atom.Pointer[Key], size)}
}

// Intern returns the key of that name, giving it a number if the bound allows. Any goroutine may
// call it.
func (k *Keys) Intern(name string) Key {
	if known := k.find(name); known != nil {
		return *known
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
		return *known
	}
	return k.meet(name)
}

func (k *Keys) meet(name string) Key {
	if k.crowded.Load() {
		return Key{keys: k}
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.add(name, k.limit/2)
}

// add gives a key a number while there are less than limit. k.mu is held.
func (k *Keys) add(name string, limit int) Key {
	slot := k.slot(xxhash.Sum64String(name))
	for known := k.table[slot].Load(); known != nil; known = k.table[slot].Load() {
		if known.Name() == name {
			return *known
		}
		slot = k.slot(slot + 1)
	}
	k.crowded.Store(k.count+1 >= k.limit/2)
	if k.count >= limit || strings.IndexByte(name, 0) >= 0 {
		return Key{k, 0, name + "\x00"}
	}
	k.count++
	key := &Key{k, ID(k.count), name + "\x00"}
	// SYNC POINT: intern. The key was written before it is stored.
	k.table[slot].Store(key)
	return *key
}

// Lookup returns the number of a key, or 0. Any goroutine may call it.
func (k *Keys) Lookup(name string) ID {
	if known := k.find(name); known != nil {
		return known.id
	}
	return 0
}

func (k *Keys) find(name string) *Key {
	slot := k.slot(xxhash.Sum64String(name))
	for {
		// SYNC POINT: intern. A stored key was written before.
		known := k.table[slot].Load()
		if known == nil || known.Name() == name {
			return known
		}
		slot = k.slot(slot + 1)
	}
}

func (k *Keys) slot(hash uint64) uint64 { return hash & uint64(len(k.table)-1) }

// Package property holds the key interner and the view of a message's properties. Keys and values
// are strings of any bytes but NUL.
package property

import (
	"sync"

	"github.com/cespare/xxhash/v2"

	"github.com/millrace/millrace/internal/atom"
)

// ID stands for an interned key within one Keys. 0 means not interned.
type ID uint32

// Key is a property key with the number it was interned under. Two keys of one Keys with the same
// name are equal as values. A key that came after the bound has no number and works all the same,
// by comparing bytes.
type Key struct {
	id   ID
	name string
}

// Name returns the key's text.
func (k Key) Name() string { return k.name }

// ID returns the key's number, or 0.
func (k Key) ID() ID { return k.id }

// DefaultKeys is how many keys a Keys made with NewKeys(0) interns.
const DefaultKeys = 1024

// Keys gives property keys small numbers, so that looking a property up compares integers. It
// interns a bounded number of keys and never forgets one. Look-ups take no lock.
//
// It is an open-addressed table of twice the bound, hashed by xxhash; entries are only ever added.
type Keys struct {
	mu    sync.Mutex // serialises Intern's writes
	limit int
	count int                 // guarded by mu
	table []atom.Pointer[Key] // written under mu, read by anyone
}

// NewKeys makes an interner for up to limit keys; 0 means DefaultKeys.
func NewKeys(limit int) *Keys {
	if limit <= 0 {
		limit = DefaultKeys
	}
	size := 2
	for size < 2*limit {
		size *= 2
	}
	return &Keys{limit: limit, table: make([]atom.Pointer[Key], size)}
}

// Intern returns the key of that name, giving it a number if the bound allows. Any goroutine may
// call it.
func (k *Keys) Intern(name string) Key {
	if id := k.find(xxhash.Sum64String(name), name); id != 0 {
		return Key{id, name}
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.add(name)
}

func (k *Keys) add(name string) Key {
	slot := int(xxhash.Sum64String(name)) & (len(k.table) - 1)
	for ; ; slot = (slot + 1) & (len(k.table) - 1) {
		known := k.table[slot].Load()
		if known == nil {
			break
		}
		if known.name == name {
			return *known
		}
	}
	if k.count == k.limit {
		return Key{0, name}
	}
	k.count++
	key := &Key{ID(k.count), name}
	// SYNC POINT: intern. The key was written before it is stored.
	k.table[slot].Store(key)
	return *key
}

// Lookup returns the number of a key, or 0. Any goroutine may call it.
func (k *Keys) Lookup(name string) ID { return k.find(xxhash.Sum64String(name), name) }

// LookupBytes is Lookup for a name in bytes; it never allocates.
func (k *Keys) LookupBytes(name []byte) ID {
	for slot := int(xxhash.Sum64(name)) & (len(k.table) - 1); ; slot = (slot + 1) & (len(k.table) - 1) {
		known := k.table[slot].Load()
		if known == nil {
			return 0
		}
		if known.name == string(name) {
			return known.id
		}
	}
}

func (k *Keys) find(hash uint64, name string) ID {
	for slot := int(hash) & (len(k.table) - 1); ; slot = (slot + 1) & (len(k.table) - 1) {
		// SYNC POINT: intern. A stored key was written before.
		known := k.table[slot].Load()
		if known == nil {
			return 0
		}
		if known.name == name {
			return known.id
		}
	}
}

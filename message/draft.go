package message

import (
	"github.com/millrace/millrace/internal/arena"
	"github.com/millrace/millrace/internal/layout"
	"github.com/millrace/millrace/property"
)

// Draft is a message being written, by one goroutine: properties first, then the content. The
// first mistake sticks: what follows it is ignored, and it comes out of Err and of Publish. A
// draft ends by being published or by Abort; writing to it afterwards panics.
type Draft arena.Draft

// Set adds a property, or replaces it. The strings are copied.
func (d Draft) Set(key, value string) { arena.Draft(d).Set(key, value) }

// SetBytes is Set for a key and a value in bytes, which are copied.
func (d Draft) SetBytes(key, value []byte) { arena.Draft(d).SetBytes(key, value) }

// SetKey is Set for a key of the engine that the draft was claimed from, and faster: see Publisher.Key.
// A key of another engine, or the zero Key, is a mistake (ErrKey).
func (d Draft) SetKey(key property.Key, value string) { arena.Draft(d).SetKey(layout.Key(key), value) }

// SetKeyBytes is SetKey for a value in bytes, which are copied.
func (d Draft) SetKeyBytes(key property.Key, value []byte) {
	arena.Draft(d).SetKeyBytes(layout.Key(key), value)
}

// Delete removes a property if it is there, for drafts that began as a copy.
func (d Draft) Delete(key string) { arena.Draft(d).Delete(key) }

// SetContent sets the content, or replaces it. The bytes are copied.
func (d Draft) SetContent(content []byte) { arena.Draft(d).SetContent(content) }

// Content returns what SetContent set, or nil.
func (d Draft) Content() []byte { return arena.Draft(d).Content() }

// Properties returns a view of what was set so far, valid until the next change.
func (d Draft) Properties() property.View { return property.View(arena.Draft(d).Properties()) }

// Err returns the first mistake made in writing. A NUL in a property is noticed when the content is
// set, or here.
func (d Draft) Err() error { return arena.Draft(d).Err() }

// Abort gives the draft up. Aborting a draft that has ended does nothing.
func (d Draft) Abort() { arena.Draft(d).Abort() }

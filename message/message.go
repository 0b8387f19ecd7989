package message

import (
	"github.com/millrace/millrace/internal/arena"
	"github.com/millrace/millrace/property"
)

// Message is a handle on a published message: copy it freely. Whoever is given one (a handler, for
// the length of its call) may read it; Retain keeps it alive for longer. All its bytes are shared
// with other holders and must not be written to. The zero Message holds
// nothing: it reads as empty, and holding or releasing it does nothing.
type Message arena.Message

// IsZero tells whether the handle holds no message.
func (m Message) IsZero() bool { return arena.Message(m).IsZero() }

// Properties returns a view of the properties, valid as long as the message is held.
func (m Message) Properties() property.View { return property.View(arena.Message(m).Properties()) }

// Property returns the value of a property, valid as long as the message is held.
func (m Message) Property(name string) (value []byte, ok bool) {
	return arena.Message(m).Property(name)
}

// Content returns the content, valid as long as the message is held.
func (m Message) Content() []byte { return arena.Message(m).Content() }

// Wire returns the whole message in the data format of Azure IoT Edge v1 (see the package
// comment), valid as long as the message is held.
func (m Message) Wire() []byte { return arena.Message(m).Wire() }

// Size returns how many bytes Wire has.
func (m Message) Size() int { return arena.Message(m).Size() }

// Retain adds a holder; each Retain wants one Release. Only a holder may call it.
func (m Message) Retain() { arena.Message(m).Retain() }

// Release gives one hold up; with the last one the message's memory may be used again. Any goroutine
// may call it.
func (m Message) Release() { arena.Message(m).Release() }

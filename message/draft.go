package message

import (
	"time"

	"github.com/millrace/millrace/internal/arena"
	"github.com/millrace/millrace/internal/layout"
	"github.com/millrace/millrace/property"
)

// Draft is a message being written, by one goroutine: properties first, then the content. The
// first mistake sticks: what follows it is ignored, and it comes out of Err and of Publish. A
// draft ends by being published or by Abort, and with its publisher; writing to one that was published
// or aborted panics.
//
// Whatever is given to a draft is copied. Setting a property whose key is there already replaces it,
// and the key then stands last. Numbers and moments are formatted in the message's own memory.
type Draft arena.Draft

// Set sets a property.
func (d Draft) Set(key, value string) { arena.Draft(d).Set(key, value) }

// SetBytes is Set for a key and a value in bytes.
func (d Draft) SetBytes(key, value []byte) { arena.Draft(d).SetBytes(key, value) }

// SetKey is Set for a key of the engine that the draft was claimed from, and faster: see Publisher.Key.
// A key of another engine, or the zero Key, is a mistake (ErrKey).
func (d Draft) SetKey(key property.Key, value string) { arena.Draft(d).SetKey(layout.Key(key), value) }

// SetKeyBytes is SetKey for a value in bytes.
func (d Draft) SetKeyBytes(key property.Key, value []byte) {
	arena.Draft(d).SetKeyBytes(layout.Key(key), value)
}

// SetInt is SetKey for a whole number, in decimal digits.
func (d Draft) SetInt(key property.Key, n int64) { arena.Draft(d).SetInt(layout.Key(key), n) }

// SetUint is SetKey for a whole number without sign, in decimal digits.
func (d Draft) SetUint(key property.Key, n uint64) { arena.Draft(d).SetUint(layout.Key(key), n) }

// SetFloat is SetKey for a number, in as few digits as tell it from every other; with an exponent below
// 1e-6 and from 1e21 on, as JSON has it. What is no number becomes NaN, +Inf or -Inf, which no filter
// compares as a number.
func (d Draft) SetFloat(key property.Key, f float64) { arena.Draft(d).SetFloat(layout.Key(key), f) }

// SetFixed is SetKey for a number with so many decimals, none if there are less than none.
func (d Draft) SetFixed(key property.Key, f float64, decimals int) {
	arena.Draft(d).SetFixed(layout.Key(key), f, decimals)
}

// SetBool is SetKey for a truth: true or false.
func (d Draft) SetBool(key property.Key, value bool) { arena.Draft(d).SetBool(layout.Key(key), value) }

// SetTime is SetKey for a moment, in UTC, as RFC 3339 has it, to the nanosecond if it must be:
// 2026-03-01T12:00:00.25Z.
func (d Draft) SetTime(key property.Key, t time.Time) { arena.Draft(d).SetTime(layout.Key(key), t) }

// Delete removes a property if it is there, for drafts that began with some.
func (d Draft) Delete(key string) { arena.Draft(d).Delete(key) }

// SetContent sets the content, or replaces it.
func (d Draft) SetContent(content []byte) { arena.Draft(d).SetContent(content) }

// AppendContent makes the content what f returns. It is given the content so far, with what room there
// is behind it in the message's own memory, to append to: proto.MarshalAppend and its like write
// without a copy. What f returns may also stand elsewhere, and is copied then. f must not use the draft,
// nor keep what it was given; if it does not return, by a panic, the draft cannot be published any more
// (ErrUnfinished).
func (d Draft) AppendContent(f func(content []byte) []byte) { arena.Draft(d).AppendContent(f) }

// Content returns the content set so far, valid until the next change; nil if none was.
func (d Draft) Content() []byte { return arena.Draft(d).Content() }

// Properties returns a view of what was set so far, valid until the next change.
func (d Draft) Properties() property.View { return property.View(arena.Draft(d).Properties()) }

// Err returns the first mistake made in writing.
func (d Draft) Err() error { return arena.Draft(d).Err() }

// Derive makes the draft one of those that its parents' sources wait for: who asked about a parent is
// answered only when the draft's sinks are done with it too. What a handler publishes while it is called
// is derived from what it was called with anyway; Derive is for what is published later or elsewhere. The
// caller holds the parents; the draft keeps nothing of them. The error is ErrSpent.
func (d Draft) Derive(parents ...Message) error {
	messages := make([]arena.Message, len(parents))
	for i, m := range parents {
		messages[i] = arena.Message(m)
	}
	return arena.Draft(d).Derive(messages)
}

// Abort gives the draft up. Aborting a draft that has ended does nothing.
func (d Draft) Abort() { arena.Draft(d).Abort() }

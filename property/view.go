package property

import (
	"iter"
	"time"

	"github.com/millrace/millrace/internal/layout"
)

// View reads a message's properties. It points into the message's memory: it is valid as long as the
// message is held, and the bytes it returns must not be written to. The zero View has no properties.
// Reading allocates nothing, but for a value that is not what was asked for. Any goroutine that holds
// the message may read.
type View layout.View

// Len returns how many properties there are.
func (v View) Len() int { return layout.View(v).Len() }

// At returns the property at index i, in the order of writing.
func (v View) At(i int) (key, value []byte) { return layout.View(v).At(i) }

// All ranges over the properties in the order of writing.
func (v View) All() iter.Seq2[[]byte, []byte] { return layout.View(v).All() }

// Find returns the value of a key.
func (v View) Find(key Key) (value []byte, ok bool) { return layout.View(v).Find(layout.Key(key)) }

// Lookup returns the value of the key of that name. Find is faster.
func (v View) Lookup(name string) (value []byte, ok bool) { return layout.View(v).Lookup(name) }

// Int returns a value as a whole number. ok is false if the property is not there, or is no whole
// number of 64 bits in decimal digits.
func (v View) Int(key Key) (n int64, ok bool) { return layout.View(v).Int(layout.Key(key)) }

// Uint returns a value as a whole number without sign. ok is false if the property is not there, or is
// no such number of 64 bits in decimal digits.
func (v View) Uint(key Key) (n uint64, ok bool) { return layout.View(v).Uint(layout.Key(key)) }

// Float returns a value as a number. ok is false if the property is not there, or strconv.ParseFloat
// does not know it as a number of 64 bits.
func (v View) Float(key Key) (f float64, ok bool) { return layout.View(v).Float(layout.Key(key)) }

// Bool returns a value as a truth. ok is false if the property is not there, or strconv.ParseBool does
// not know it ("true", "false", "1", "0" and the like).
func (v View) Bool(key Key) (value, ok bool) { return layout.View(v).Bool(layout.Key(key)) }

// Time returns a value as a moment. ok is false if the property is not there, or is not written as RFC
// 3339 has it.
func (v View) Time(key Key) (t time.Time, ok bool) { return layout.View(v).Time(layout.Key(key)) }

package metrics

import (
	"strconv"

	"github.com/millrace/millrace/property"
)

// reading is what a message says.
type reading struct {
	device    []byte // valid as long as the message
	sequence  uint64 // from 1
	timestamp uint64 // microseconds since 1970
}

// reader reads messages. It knows the order in which a simulator writes properties, and looks
// through all of them only if that is not theirs.
type reader struct {
	names []string // property0 and so on, as far as needed so far
}

// read returns false if the message does not conform.
func (r *reader) read(v *property.View) (reading, bool) {
	f, ok := inOrder(v)
	if !ok {
		f = anywhere(v)
	}
	sequence, numbered := digits(f.sequence)
	timestamp, timed := digits(f.timestamp)
	count, counted := digits(f.count)
	ok = len(f.device) > 0 && numbered && sequence > 0 && timed && counted && r.further(v, count)
	return reading{f.device, sequence, timestamp}, ok
}

// fields are the values of the properties that every message has.
type fields struct{ device, sequence, timestamp, count []byte }

const (
	fixed  = 4 // of them
	before = 2 // of these, before the further properties; the others follow
)

// inOrder takes the fields from where a simulator puts them; false if they are not there.
func inOrder(v *property.View) (f fields, ok bool) {
	n := v.Len()
	if n < fixed {
		return f, false
	}
	var device, sequence, timestamp, count []byte // the keys
	device, f.device = v.At(0)
	count, f.count = v.At(1)
	sequence, f.sequence = v.At(n - 2)
	timestamp, f.timestamp = v.At(n - 1)
	return f, string(device) == keyDevice && string(sequence) == keySequence &&
		string(timestamp) == keyTimestamp && string(count) == keyCount
}

// anywhere looks for the fields by name. One that is missing is empty, as none may be.
func anywhere(v *property.View) (f fields) {
	f.device, _ = v.Lookup(keyDevice)
	f.sequence, _ = v.Lookup(keySequence)
	f.timestamp, _ = v.Lookup(keyTimestamp)
	f.count, _ = v.Lookup(keyCount)
	return f
}

// further tells whether there are count further properties.
func (r *reader) further(v *property.View, count uint64) bool {
	if count > uint64(v.Len()) {
		return false
	}
	n := int(count)
	for i := len(r.names); i < n; i++ {
		r.names = append(r.names, "property"+strconv.Itoa(i))
	}
	for i, name := range r.names[:n] {
		if before+i < v.Len() {
			if key, _ := v.At(before + i); string(key) == name {
				continue
			}
		}
		if _, ok := v.Lookup(name); !ok {
			return false
		}
	}
	return true
}

// digitsMax is how many decimal digits always fit into 64 bits.
const digitsMax = 19

// digits reads a number without sign; false if text is anything else.
func digits(text []byte) (n uint64, ok bool) {
	if len(text) == 0 || len(text) > digitsMax {
		return 0, false
	}
	for _, c := range text {
		if c -= '0'; c > 9 {
			return 0, false
		}
		n = 10*n + uint64(c)
	}
	return n, true
}

package index

import (
	"bytes"
	"math"
)

// The rest of an entry is what a cell does not say: tests that all have to hold. A test is
//
//	which of the schema's terms names the property, 1 byte
//	op, 1
//	operand
//
// and a length below is one byte.
type restOp uint8

const (
	oneOf    restOp = iota // count, texts (length, bytes)
	noneOf                 // the same
	begins                 // length, bytes
	beginsNo               // the same
	within                 // low, high: 8 bytes each
	isNot                  // a number, 8 bytes; the value must be a number
	filters                // nothing: the filter itself decides; the last test
)

// holds evaluates the rest of an entry on a message. Where it is not decided, the filter itself must
// be asked.
func (m *matching) holds(rest []byte, terms []placed) (held, decided bool) {
	for len(rest) > 0 {
		t, op := rest[0], restOp(rest[1])
		rest = rest[2:]
		if op == filters {
			return true, false
		}
		if rest, held = m.test(op, rest, terms[t].place); !held {
			return false, true
		}
	}
	return true, true
}

// test evaluates one test and returns what follows its operand.
func (m *matching) test(op restOp, operand []byte, place uint32) ([]byte, bool) {
	switch op {
	case oneOf, noneOf:
		rest, found := amongTexts(operand, m.value(place))
		return rest, found == (op == oneOf)
	case begins, beginsNo:
		n := 1 + int(operand[0])
		return operand[n:], bytes.HasPrefix(m.value(place), operand[1:n]) == (op == begins)
	case within:
		n, ok := m.number(place)
		low, high := float(operand), float(operand[8:])
		return operand[16:], ok && low <= n && n <= high
	}
	n, ok := m.number(place)
	return operand[8:], ok && n != float(operand)
}

func amongTexts(operand, value []byte) (rest []byte, found bool) {
	count := operand[0]
	rest = operand[1:]
	for range count {
		n := 1 + int(rest[0])
		found = found || string(rest[1:n]) == string(value)
		rest = rest[n:]
	}
	return rest, found
}

func float(b []byte) float64 { return math.Float64frombits(little.Uint64(b)) }

func appendFloat(b []byte, n float64) []byte {
	return little.AppendUint64(b, math.Float64bits(n))
}

func appendTexts(b []byte, texts []string) []byte {
	b = append(b, byte(len(texts)))
	for _, t := range texts {
		b = append(append(b, byte(len(t))), t...)
	}
	return b
}

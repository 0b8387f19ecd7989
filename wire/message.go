package wire

import (
	"bytes"
	"encoding/binary"
	"iter"
	"math"
)

const (
	magic        = 0xA1
	dataMark     = 0x60
	headerBytes  = 10 // magic, total, nprops
	lengthBytes  = 4
	leastMessage = headerBytes + lengthBytes
	sizeMax      = math.MaxInt32 // v1 keeps sizes in 32 bits with a sign
)

// Message is a data frame taken apart. It points into the frame and is valid as long as the frame
// stays as it is; any number of goroutines may read it.
type Message struct {
	pairs   []byte // key NUL value NUL, and so on
	count   int
	content []byte
}

// Len returns how many properties there are.
func (m Message) Len() int { return m.count }

// Properties ranges over the properties in the order of the frame.
func (m Message) Properties() iter.Seq2[[]byte, []byte] {
	return func(yield func(key, value []byte) bool) {
		for rest := m.pairs; len(rest) > 0; {
			var key, value []byte
			key, rest = untilNUL(rest)
			value, rest = untilNUL(rest)
			if !yield(key, value) {
				return
			}
		}
	}
}

// Content returns the content.
func (m Message) Content() []byte { return m.content }

// ParseMessage reads a data frame. It allocates nothing for up to 16 properties, and four bytes a
// property beyond. A mistake is a FormatError.
func ParseMessage(frame []byte) (Message, error) {
	count, err := parseHeader(frame)
	if err != nil {
		return Message{}, err
	}
	end, err := skipPairs(frame, count)
	if err != nil {
		return Message{}, err
	}
	m := Message{
		pairs:   frame[headerBytes:end:end],
		count:   count,
		content: frame[end+lengthBytes : len(frame) : len(frame)],
	}
	length := binary.BigEndian.Uint32(frame[end:])
	if int64(length) != int64(len(m.content)) {
		return Message{}, wrong(end, "the number of bytes that follow",
			"a content of %d bytes, but %d follow", length, len(m.content))
	}
	if at, twice := m.duplicate(); twice {
		key, _ := untilNUL(m.pairs[at:])
		return Message{}, wrong(headerBytes+at, "each key once", "the key %.64q a second time", key)
	}
	return m, nil
}

// parseHeader returns how many properties there are to be. They fit the frame by their number.
func parseHeader(frame []byte) (count int, err error) {
	if len(frame) < leastMessage {
		return 0, wrong(len(frame), "14 bytes at least", "the end of a frame of %d bytes", len(frame))
	}
	if frame[0] != magic || frame[1] != dataMark {
		return 0, wrong(0, "A1 60, which begins a message", "% X", frame[:2])
	}
	if err := checkTotal(frame, 2); err != nil {
		return 0, err
	}
	announced := binary.BigEndian.Uint32(frame[6:])
	if most := (len(frame) - leastMessage) / 2; int64(announced) > int64(most) {
		return 0, wrong(6, "no more than there is room for", "%d properties in a frame of %d bytes",
			announced, len(frame))
	}
	return int(announced), nil
}

// checkTotal holds the length that a frame says it has against the one it has.
func checkTotal(frame []byte, at int) error {
	total := binary.BigEndian.Uint32(frame[at:])
	if int64(total) != int64(len(frame)) || total > sizeMax {
		return wrong(at, "the frame's length", "a length of %d in a frame of %d bytes",
			total, len(frame))
	}
	return nil
}

// skipPairs returns where the length of the content stands.
func skipPairs(frame []byte, count int) (end int, err error) {
	at := headerBytes
	for i := range 2 * count {
		n := bytes.IndexByte(frame[at:len(frame)-lengthBytes], 0)
		if n < 0 {
			part := [...]string{"key", "value"}[i%2]
			return 0, wrong(at, "a NUL behind it and four bytes for the length of the content",
				"the %s of property %d of %d has no end", part, i/2+1, count)
		}
		at += n + 1
	}
	return at, nil
}

// untilNUL cuts a text off that is known to end in NUL.
func untilNUL(b []byte) (text, rest []byte) {
	n := bytes.IndexByte(b, 0)
	return b[:n:n], b[n+1:]
}

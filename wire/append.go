package wire

import (
	"encoding/binary"
	"strings"
)

// Property is a property to write.
type Property struct{ Key, Value string }

// AppendMessage appends a data frame to buf and returns the whole. It refuses what ParseMessage
// would: NULs, keys that come twice, and frames of 2 GiB or more; the FormatError's offset is then
// that in the frame that is not written, and buf is returned as it was.
func AppendMessage(buf []byte, properties []Property, content []byte) ([]byte, error) {
	total := sizeOf(properties, len(content))
	if total > sizeMax {
		return buf, wrong(2, "31 bits at most", "a length of %d", total)
	}
	if err := checkTexts(properties); err != nil {
		return buf, err
	}
	start := len(buf)
	b := buf
	b = append(b, magic, dataMark)
	b = binary.BigEndian.AppendUint32(b, uint32(total))
	b = binary.BigEndian.AppendUint32(b, uint32(len(properties)))
	for _, p := range properties {
		b = append(append(b, p.Key...), 0)
		b = append(append(b, p.Value...), 0)
	}
	m := Message{pairs: b[start+headerBytes:], count: len(properties)}
	if at, twice := m.duplicate(); twice {
		key, _ := untilNUL(m.pairs[at:])
		return buf, wrong(headerBytes+at, "each key once", "the key %.64q a second time", key)
	}
	b = binary.BigEndian.AppendUint32(b, uint32(len(content)))
	return append(b, content...), nil
}

// sizeOf returns the length of the frame, in 64 bits wherever it runs.
func sizeOf(properties []Property, content int) int64 {
	size := int64(leastMessage) + int64(content)
	for _, p := range properties {
		size += int64(len(p.Key)) + int64(len(p.Value)) + 2
	}
	return size
}

func checkTexts(properties []Property) error {
	at := headerBytes
	for _, p := range properties {
		if i := strings.IndexByte(p.Key, 0); i >= 0 {
			return wrong(at+i, "a text without", "a NUL in the key %.64q", p.Key)
		}
		at += len(p.Key) + 1
		if i := strings.IndexByte(p.Value, 0); i >= 0 {
			return wrong(at+i, "a text without", "a NUL in the value of %.64q", p.Key)
		}
		at += len(p.Value) + 1
	}
	return nil
}

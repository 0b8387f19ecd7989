package logger

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// place is where an existing file goes on.
type place struct {
	end  int64 // see array.end
	torn bool  // what follows is the rest of a write that did not complete
}

var errForeign = errors.New("not a log in v1's format; want a JSON array of records with a time, " +
	"or a new file")

// tailLimit bounds the search for the last record, in bytes.
const tailLimit = 256 << 20

// survey finds out where a file of that size goes on. It reads no more than the file's ends.
func survey(f io.ReaderAt, size int64) (place, error) {
	const start = "[" + recordStart
	head := make([]byte, min(size, int64(len(start))))
	if _, err := f.ReadAt(head, 0); err != nil && err != io.EOF {
		return place{}, err
	}
	switch text := string(head); {
	case text == "":
		return place{}, nil
	case text == start:
		return surveyTail(f, size)
	case int64(len(text)) == size && strings.TrimSpace(text) == "[]":
		return place{}, nil
	case int64(len(text)) == size && strings.HasPrefix(start, text):
		return place{torn: true}, nil
	default:
		return place{}, errForeign
	}
}

// surveyTail finds the last record by looking at more and more of the file's end. The bytes of a
// record's start cannot occur inside a JSON string, where quotes are escaped, and an object that
// begins like a record inside a record follows a colon, not a comma.
func surveyTail(f io.ReaderAt, size int64) (place, error) {
	for length := int64(64 << 10); ; length *= 8 {
		length = min(length, size, tailLimit)
		tail := make([]byte, length)
		if _, err := f.ReadAt(tail, size-length); err != nil && err != io.EOF {
			return place{}, err
		}
		last := lastRecord(tail)
		if last < 0 && length == size || last < 0 && length == tailLimit {
			return place{}, fmt.Errorf("%w: no record begins in its last %d bytes", errForeign, length)
		}
		if last >= 0 {
			return resumeAt(tail, last, size-length)
		}
	}
}

// lastRecord returns where the separator before the last record is; -1 if there is no record.
func lastRecord(tail []byte) int {
	return max(bytes.LastIndex(tail, []byte(","+recordStart)),
		bytes.LastIndex(tail, []byte("["+recordStart)))
}

// resumeAt looks at the last record, whose separator is at tail[last], and at what follows it.
func resumeAt(tail []byte, last int, offset int64) (place, error) {
	d := json.NewDecoder(bytes.NewReader(tail[last+1:]))
	var record json.RawMessage
	err := d.Decode(&record)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return place{end: offset + int64(last), torn: true}, nil
	}
	if err != nil {
		return place{}, fmt.Errorf("%w: its last record, at byte %d: %w",
			errForeign, offset+int64(last)+1, err)
	}
	after := last + 1 + int(d.InputOffset())
	rest := bytes.TrimSpace(tail[after:])
	end := offset + int64(after)
	switch {
	case string(rest) == "]":
		return place{end: end}, nil
	case bytes.HasPrefix([]byte(","+recordStart), rest):
		return place{end: end, torn: true}, nil
	default:
		return place{}, fmt.Errorf("%w: after the last record, at byte %d, stands %.20q",
			errForeign, end, rest)
	}
}

package layout

import (
	"encoding/binary"
	"fmt"
)

// SetContent sets the content, if it can be done at once and none was set; else it does nothing, and
// PutContent may.
func (r *Record) SetContent(content []byte) bool {
	at := int(r.size) + lengthBytes
	if r.bound == 0 || len(content) > r.annex.limits.Content || at+len(content) > len(r.buf) {
		return false
	}
	r.putContent(at, content)
	return true
}

// PutContent sets the content, or replaces it, if there is room; else it returns how many bytes it
// needs behind what is written, or why there may be none.
func (r *Record) PutContent(content []byte) (more int, err error) {
	if most := r.annex.limits.Content; len(content) > most {
		return 0, fmt.Errorf("%w: %d bytes, at most %d", ErrContent, len(content), most)
	}
	at := int(r.propertiesEnd()) + lengthBytes
	if at+len(content) > len(r.buf) {
		return at + len(content) - int(r.size), nil
	}
	r.putContent(at, content)
	return 0, nil
}

func (r *Record) putContent(at int, content []byte) {
	r.content, r.bound = uint32(at), 0
	r.size = uint32(at + copy(r.buf[at:], content))
	binary.BigEndian.PutUint32(r.buf[at-lengthBytes:], uint32(len(content)))
}

// propertiesEnd returns where the properties end.
func (r *Record) propertiesEnd() uint32 {
	if r.content == 0 {
		return r.size
	}
	return r.content - lengthBytes
}

// Open returns the content with what room there is behind it, for somebody to append to. Until Finish
// the record is one with a mistake: who appends may not come back.
func (r *Record) Open() []byte {
	most := min(len(r.buf), int(r.content)+r.annex.limits.Content)
	r.state |= open
	return r.buf[r.content:r.size:most]
}

// Finish takes the content that Open's caller was given back. It returns true if that stands in the
// record's own memory, and else leaves it to PutContent.
func (r *Record) Finish(content []byte) bool {
	r.state &^= open
	if cap(content) == 0 || int(r.content) == len(r.buf) || &content[:1][0] != &r.buf[r.content] {
		return false
	}
	r.size = r.content + uint32(len(content))
	binary.BigEndian.PutUint32(r.buf[r.content-lengthBytes:], uint32(len(content)))
	return true
}

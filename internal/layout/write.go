package layout

import (
	"fmt"
	"strings"
)

// keySet remembers which keys a record may have, so that most need not be looked for: the low five bits
// of each number, all of them for a key without one.
type keySet uint32

func bitOf(id ID) keySet {
	if id == 0 {
		return ^keySet(0)
	}
	return 1 << (id & 31)
}

// A property is set at once in three steps, which whoever sets it takes in one function: Begin writes
// the key, Fill the value, or who formats it in place, and Enter enters both. Where one of them says that
// it cannot be, nothing has changed, and Put may.

// Begin writes the key of a property whose value takes at most so many bytes, and returns where that
// goes; 0 if it cannot be done at once.
func (r *Record) Begin(key Key, most int) (at int) {
	k := key.known
	if k == nil || k.direct != r.annex.keys || r.count >= narrowEntries {
		return 0
	}
	start := int(r.size)
	at = start + int(k.size)
	if max(at+most, start+headBytes) >= int(r.bound) {
		return 0
	}
	*(*[headBytes]byte)(r.buf[start:]) = k.head
	return at
}

// Fill writes a value; false if there is a NUL in it.
func (r *Record) Fill(at int, value string) bool { return copyValue(r.buf[at:at+len(value)], value) }

// Enter enters a property that was written behind the others, and tells whether there may be an older
// one of its key, for ReplaceOlder.
func (r *Record) Enter(id ID, value, end int) (again bool) {
	r.buf[end] = 0
	r.entries[r.count&(narrowEntries-1)] = entry{uint16(id), uint16(value), uint16(end)}
	r.count++
	r.size = uint32(end + 1)
	return r.note(id)
}

// note notes a key, and tells whether there may be an older property of it.
func (r *Record) note(id ID) (again bool) {
	bit := bitOf(id)
	again = r.keys&bit != 0
	r.keys |= bit
	return again
}

// Check tells whether the record may have a property of that key: one of its own interner.
func (r *Record) Check(key Key) error {
	switch {
	case key.Of(r.annex.keys):
		return nil
	case key.known == nil:
		return fmt.Errorf("%w: it is the zero Key", ErrKey)
	}
	return fmt.Errorf("%w: %.64q", ErrKey, key.Name())
}

// Put adds a property or replaces it, whatever it is like, if there is room; else it does nothing, and
// Lack says what is missing.
func (r *Record) Put(id ID, name, value string) bool {
	start := int(r.size)
	at := start + len(name) + 1
	end := at + len(value)
	if r.content != 0 || r.Err() != nil || r.Len() >= r.annex.limits.Properties ||
		end >= min(len(r.buf), int(r.annex.end)) {
		return false
	}
	clean := copyValue(r.buf[start:at-1], name)
	r.buf[at-1] = 0
	if !copyValue(r.buf[at:end], value) || !clean {
		return false
	}
	if !r.wide() && (r.count == narrowEntries || end > narrowMax || id > narrowMax) {
		r.widen()
	}
	again := false
	if !r.wide() {
		again = r.Enter(id, at, end)
	} else {
		again = r.enterWide(wideEntry{id, uint32(at), uint32(end)})
	}
	if again {
		r.ReplaceOlder()
	}
	return true
}

func (r *Record) enterWide(e wideEntry) (again bool) {
	r.buf[e.end] = 0
	r.annex.wide = append(r.annex.wide, e)
	r.size = e.end + 1
	return r.note(e.id)
}

// widen moves the entries to the annex.
func (r *Record) widen() {
	a := r.ownAnnex()
	a.wide = a.wide[:0]
	for i := range int(r.count) {
		a.wide = append(a.wide, r.at(i))
	}
	r.count = inAnnex
	r.rebound()
}

// Lack says why Put did nothing: how many bytes of memory it needs behind what is written, or which
// mistake it is. Where the limits leave no room an older property of the key gives its place up first;
// then it may need none.
func (r *Record) Lack(id ID, name, value string) (more int, err error) {
	if r.content != 0 {
		return 0, fmt.Errorf("%w: %.64q", ErrOrder, name)
	}
	limits := &r.annex.limits
	need := len(name) + len(value) + 2
	if r.exceeds(need) {
		if old := r.find(id, name); old >= 0 {
			r.remove(old)
		}
	}
	if size := int(r.size) - headerBytes + need; size > limits.PropertyBytes {
		return 0, fmt.Errorf("%w: %d bytes, at most %d", ErrPropertyBytes, size, limits.PropertyBytes)
	}
	if r.Len() >= limits.Properties {
		return 0, fmt.Errorf("%w: at most %d", ErrProperties, limits.Properties)
	}
	if strings.IndexByte(name, 0) >= 0 || strings.IndexByte(value, 0) >= 0 {
		return 0, fmt.Errorf("%w: %.64q", ErrNUL, name)
	}
	if int(r.size)+need <= len(r.buf) {
		return 0, nil
	}
	return need, nil
}

// exceeds tells whether the limits leave no room for one more property of so many bytes.
func (r *Record) exceeds(bytes int) bool {
	limits := &r.annex.limits
	return int(r.size)-headerBytes+bytes > limits.PropertyBytes || r.Len() >= limits.Properties
}

// Delete removes a property if it is there.
func (r *Record) Delete(id ID, name string) error {
	if r.content != 0 {
		return fmt.Errorf("%w: delete of %.64q", ErrOrder, name)
	}
	if i := r.find(id, name); i >= 0 {
		r.remove(i)
	}
	return nil
}

// ReplaceOlder removes a property of the key that was entered last, if there is an older one.
func (r *Record) ReplaceOlder() {
	last := r.Len() - 1
	if old := r.find(r.at(last).id, text(r.key(last))); old < last {
		r.remove(old)
	}
}

// find returns where the property of a key is, or -1.
func (r *Record) find(id ID, name string) int {
	for i := range r.Len() {
		e := r.at(i)
		if e.id == id && id != 0 {
			return i
		}
		if (e.id == 0 || id == 0) && string(r.key(i)) == name {
			return i
		}
	}
	return -1
}

// remove closes the gap that property i leaves.
func (r *Record) remove(i int) {
	from, to := r.start(i), r.at(i).end+1
	copy(r.buf[from:r.size], r.buf[to:r.size])
	r.size -= to - from
	if r.wide() {
		r.annex.wide = append(r.annex.wide[:i], r.annex.wide[i+1:]...)
		for j := range r.annex.wide[i:] {
			e := &r.annex.wide[i+j]
			e.value, e.end = e.value-(to-from), e.end-(to-from)
		}
		return
	}
	r.count--
	for ; i < int(r.count); i++ {
		e := r.entries[i+1]
		r.entries[i] = entry{e.id, e.value - uint16(to-from), e.end - uint16(to-from)}
	}
}

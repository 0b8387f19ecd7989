package layout

import (
	"encoding/binary"

	"github.com/millrace/millrace/internal/atom"
	"github.com/millrace/millrace/internal/completion"
)

const (
	headerBytes = 10 // magic, total, nprops
	lengthBytes = 4

	magic0, magic1 = 0xA1, 0x60

	// narrowEntries is how many properties a record holds without an annex of its own, and narrowMax
	// the largest number that one of its entries holds.
	narrowEntries = 8
	narrowMax     = 1<<16 - 1
)

// Record is a message as it is written and read. It belongs to one goroutine until it is sealed, and
// to nobody then: it does not change while anyone reads it. The package comment draws it.
type Record struct {
	buf     []byte    // where the image is written
	size    uint32    // how much of buf is written
	content uint32    // where the content begins; 0 while there is none
	bound   uint16    // what a property must end below, or somebody must ask; 0 if one must always
	count   uint8     // of entries; inAnnex when they stand there
	Out     uint8     // the arena's: whether it is sealed and not released
	Escaped atom.Bool // the arena's

	entries [narrowEntries]entry
	annex   *Annex
	keys    keySet // of the properties
	room    uint16 // the bound while nothing is written
	Class   uint8  // the arena's: the image's size class
	state   uint8  // as bits
}

// What a record may be, as bits of its state.
const (
	listed  = 1 << iota // a draft in the batch that is looked through
	open                // somebody is appending to the content
	owner               // it has an annex of its own
	private             // the arena's
)

// Private tells whether the arena has set the mark that is its own.
func (r *Record) Private() bool { return r.state&private != 0 }

// SetPrivate sets the mark.
func (r *Record) SetPrivate(on bool) {
	r.state &^= private
	if on {
		r.state |= private
	}
}

// Listed tells whether the draft is in the batch that is looked through.
func (r *Record) Listed() bool { return r.state&listed != 0 }

// List says whether it is.
func (r *Record) List(in bool) {
	r.state &^= listed
	if in {
		r.state |= listed
	}
}

// inAnnex is the count of a wide record: there is no room for a narrow entry.
const inAnnex = 0xFF

// wide tells whether the entries stand in the annex.
func (r *Record) wide() bool { return r.count == inAnnex }

// entry says where a property stands: its value runs to its end, and a NUL follows. The key begins
// where the property before ended, and ends one before the value. An id of 0 is a key without number.
type entry struct{ id, value, end uint16 }

// wideEntry is an entry that holds all there may be.
type wideEntry struct {
	id         ID
	value, end uint32
}

// Annex holds what a record has no room for. Its first part is that of all records of an arena, which
// share one annex until they need their own.
type Annex struct {
	keys   *Keys
	limits Limits
	end    uint32 // of the properties, by the limits
	room   uint32 // Record.room, but for the memory

	wide   []wideEntry
	err    error // the first mistake
	asking *completion.Asking
}

// NewAnnex makes the annex that an arena's records share.
func NewAnnex(keys *Keys, limits Limits) *Annex {
	limits = limits.withDefaults()
	a := &Annex{keys: keys, limits: limits, end: uint32(headerBytes + limits.PropertyBytes)}
	if limits.Properties >= narrowEntries {
		a.room = min(a.end, narrowMax)
	}
	return a
}

// Keys returns the interner whose numbers the records' keys have.
func (a *Annex) Keys() *Keys { return a.keys }

// Init gives a new record its arena's annex. It has no image yet.
func (r *Record) Init(a *Annex) { r.annex = a }

// Reset makes the record an empty one, in the memory that it has.
func (r *Record) Reset() {
	r.size, r.content = headerBytes, 0
	r.count, r.keys, r.bound = 0, 0, r.room
	r.state &= owner | private
	if r.state&owner != 0 {
		r.annex.wide, r.annex.err = r.annex.wide[:0], nil
	}
}

// Buffer returns the memory that the image is written into.
func (r *Record) Buffer() []byte { return r.buf }

// SetBuffer gives the record other memory, to which what is written has been copied. Nil takes it away.
func (r *Record) SetBuffer(buf []byte) {
	r.buf = buf
	if buf == nil {
		r.size, r.content, r.count = 0, 0, 0
	}
	r.room = uint16(min(uint32(len(buf)), r.annex.room))
	r.rebound()
}

// rebound sets the bound after the memory, or what is in it, has changed.
func (r *Record) rebound() {
	r.bound = 0
	if !r.wide() && r.content == 0 && r.Err() == nil {
		r.bound = r.room
	}
}

// Size returns how many bytes are written.
func (r *Record) Size() int { return int(r.size) }

// Image returns what is written so far.
func (r *Record) Image() []byte { return r.buf[:r.size:r.size] }

// Content returns the content; nil while there is none.
func (r *Record) Content() []byte {
	if r.content == 0 {
		return nil
	}
	return r.buf[r.content:r.size:r.size]
}

// HasContent tells whether the content has been set.
func (r *Record) HasContent() bool { return r.content != 0 }

// Complete tells whether the record has a content and, as it has no annex of its own, no mistake: more
// often than not.
func (r *Record) Complete() bool { return r.content != 0 && r.state&(open|owner) == 0 }

// ListComplete lists a record that is complete and not listed yet, and tells whether it did.
func (r *Record) ListComplete() bool {
	if r.content == 0 || r.state&(open|owner|listed) != 0 {
		return false
	}
	r.state |= listed
	return true
}

// View returns a view of the properties.
func (r *Record) View() View { return View{r} }

// Err returns the first mistake made in writing.
func (r *Record) Err() error {
	if r.annex.err == nil && r.state&open != 0 {
		return ErrUnfinished
	}
	return r.annex.err
}

// HasOwnAnnex tells whether the record asks something, has many properties or a mistake, or once did.
func (r *Record) HasOwnAnnex() bool { return r.state&owner != 0 }

// Asking returns what SetAsking set, or nil. It stays until it is taken away.
func (r *Record) Asking() *completion.Asking {
	if r.state&owner == 0 {
		return nil
	}
	return r.annex.asking
}

// SetAsking keeps what the message asks, for the arena.
func (r *Record) SetAsking(a *completion.Asking) { r.ownAnnex().asking = a }

// Fail notes a mistake, unless there was one before: nothing is written from here on.
func (r *Record) Fail(err error) {
	if r.annex.err == nil {
		r.ownAnnex().err = err
		r.bound = 0
	}
}

// Seal completes the image.
func (r *Record) Seal() {
	r.buf[0], r.buf[1] = magic0, magic1
	binary.BigEndian.PutUint64(r.buf[2:], uint64(r.size)<<32|uint64(r.Len()))
}

// Len returns how many properties there are.
func (r *Record) Len() int {
	if r.wide() {
		return len(r.annex.wide)
	}
	return int(r.count)
}

// ownAnnex returns an annex that is this record's alone, and stays so.
func (r *Record) ownAnnex() *Annex {
	if r.state&owner == 0 {
		own := *r.annex
		r.annex = &own
		r.state |= owner
	}
	return r.annex
}

// at returns the i-th entry.
func (r *Record) at(i int) wideEntry {
	if r.wide() {
		return r.annex.wide[i]
	}
	e := r.entries[i&(narrowEntries-1)]
	return wideEntry{ID(e.id), uint32(e.value), uint32(e.end)}
}

// start returns where the i-th property's key begins; that of the first one too many is where the
// properties end.
func (r *Record) start(i int) uint32 {
	if i == 0 {
		return headerBytes
	}
	return r.at(i-1).end + 1
}

// key returns the i-th property's key.
func (r *Record) key(i int) []byte {
	from, to := r.start(i), r.at(i).value-1
	return r.buf[from:to:to]
}

// value returns the i-th property's value.
func (r *Record) value(i int) []byte {
	e := r.at(i)
	return r.buf[e.value:e.end:e.end]
}

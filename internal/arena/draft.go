package arena

import (
	"bytes"
	"encoding/binary"
	"fmt"

	"github.com/millrace/millrace/property"
)

// Draft is a message being written, by one goroutine: properties first, then the content. The
// first mistake sticks: what follows it is ignored, and it comes out of Err and of Publish. A
// draft ends by being published or by Abort; writing to it afterwards panics.
type Draft struct {
	tag   tag // empty but in assertion builds
	claim uint32
	b     *block
}

// Set adds a property, or replaces it. The strings are copied.
func (d Draft) Set(key, value string) {
	if b := d.writable(); b.err == nil {
		b.err = set(b, b.home.id(key), key, value)
	}
}

// SetBytes is Set for a key and a value in bytes, which are copied.
func (d Draft) SetBytes(key, value []byte) {
	if b := d.writable(); b.err == nil {
		b.err = set(b, b.home.idBytes(key), key, value)
	}
}

// SetKey is Set for a key interned by the engine that the draft was claimed from.
func (d Draft) SetKey(key property.Key, value string) {
	if b := d.writable(); b.err == nil {
		b.err = set(b, key.ID(), key.Name(), value)
	}
}

// SetKeyBytes is SetKey for a value in bytes, which are copied.
func (d Draft) SetKeyBytes(key property.Key, value []byte) {
	if b := d.writable(); b.err == nil {
		b.err = set(b, key.ID(), key.Name(), value)
	}
}

// Delete removes a property if it is there, for drafts that began as a copy.
func (d Draft) Delete(key string) {
	b := d.writable()
	if b.err != nil {
		return
	}
	if b.content != 0 {
		b.err = fmt.Errorf("%w: delete of %.64q", ErrOrder, key)
		return
	}
	if i := find(b, b.home.arena.keys.Lookup(key), []byte(key)); i >= 0 {
		remove(b, i)
	}
}

// SetContent sets the content, or replaces it. The bytes are copied.
func (d Draft) SetContent(content []byte) {
	b := d.writable()
	if b.err != nil {
		return
	}
	b.err = setContent(b, content)
}

// Content returns what SetContent set, or nil.
func (d Draft) Content() []byte {
	b := d.writable()
	if b.content == 0 {
		return nil
	}
	return b.image()[b.content:]
}

// Properties returns a view of what was set so far, valid until the next change.
func (d Draft) Properties() property.View { return d.writable().view() }

// Err returns the first mistake made in writing. A NUL in a property is noticed when the content is
// set, or here.
func (d Draft) Err() error {
	b := d.writable()
	if b.err == nil && b.content == 0 {
		b.err = b.checkNUL()
	}
	return b.err
}

// Abort gives the draft up. Aborting a draft that has ended does nothing.
func (d Draft) Abort() {
	if d.live() {
		d.b.home.free(d.b)
	}
}

// Discard is Abort for a goroutine that has the draft but does not own its shard.
func (d Draft) Discard() {
	if d.live() {
		d.b.home.discard(d.b)
	}
}

// Enlist returns the error that Seal would return, or ErrSpent for a draft that is in the batch
// already; who enlisted a draft delists it when the batch was looked through.
func (d Draft) Enlist() error {
	b, err := d.complete()
	switch {
	case err != nil:
		return err
	case b.listed:
		return fmt.Errorf("%w: it is in the batch twice", ErrSpent)
	}
	b.listed = true
	return nil
}

// Delist ends what Enlist began.
func (d Draft) Delist() { d.b.listed = false }

// Seal ends the draft as a message with that many holders, each of whom owes one Release. It
// returns the first mistake made in writing, or ErrSpent, and then no message. Only the goroutine
// that owns the shard may call it, and it owes the shard a Count.
func (d Draft) Seal(holders int) (Message, error) {
	b, err := d.complete()
	if err != nil {
		return Message{}, err
	}
	b.seal()
	b.home.sealing(b)
	b.out = true
	if holders > 1 {
		b.shares.Store(int32(holders - 1))
	}
	m := Message{tag: d.tag, b: b}
	m.sealed()
	return m, nil
}

// Of tells whether the draft was claimed from s.
func (d Draft) Of(s *Shard) bool { return d.b != nil && d.b.home == s }

// Check returns the error that Seal would return.
func (d Draft) Check() error {
	_, err := d.complete()
	return err
}

func (d Draft) complete() (*block, error) {
	if !d.live() || d.b.home.over(d.claim) {
		return nil, ErrSpent
	}
	b := d.b
	if b.content == 0 && b.err == nil {
		b.err = setContent(b, nil)
	}
	return b, b.err
}

// checkNUL looks for NULs where none may be. It counts them first, in one sweep over all
// properties, which is much cheaper than a look at each when it is set.
func (b *block) checkNUL() error {
	if bytes.Count(b.image()[headerBytes:], []byte{0}) == 2*int(b.count) {
		return nil
	}
	for key, value := range b.view().All() {
		if bytes.IndexByte(key, 0) >= 0 || bytes.IndexByte(value, 0) >= 0 {
			return fmt.Errorf("%w: %.64q", ErrNUL, key)
		}
	}
	return nil
}

func (d Draft) writable() *block {
	if !d.live() {
		panic("message: draft used after it was published or aborted")
	}
	return d.b
}

// live tells whether d is the draft that its block is used for now. What it reads belongs to the
// goroutine that writes the draft.
func (d Draft) live() bool {
	return d.b != nil && d.b.drafted && d.b.claim == d.claim && d.current()
}

// set writes the property behind the others, then drops an older one of the same key.
func set[K, V string | []byte](b *block, id property.ID, key K, value V) error {
	start := int(b.size)
	middle := start + len(key) + 1
	end := middle + len(value)
	if end >= int(b.bound) || int(b.count) >= len(b.table) {
		if err := makeRoom(b, id, key, value); err != nil {
			return err
		}
		return set(b, id, key, value)
	}
	buf := b.buf[:end+1]
	copy(buf[start:], key)
	buf[middle-1] = 0
	copy(buf[middle:], value)
	buf[end] = 0
	b.table[b.count] = property.Entry{
		ID: id, Key: uint32(start), Value: uint32(middle), End: uint32(end),
	}
	b.count++
	b.size = uint32(end + 1)
	if b.keys.mayHave(id) {
		b.replaceOlder(id, buf[start:middle-1])
	}
	b.keys.add(id)
	return nil
}

// makeRoom is the slow path of set: it gets room for a property, or says why there is none. Where
// the limits leave none an older property of the key gives its place up first.
func makeRoom[K, V string | []byte](b *block, id property.ID, key K, value V) error {
	if b.content != 0 {
		return fmt.Errorf("%w: %.64q", ErrOrder, string(key))
	}
	limits := &b.home.arena.limits
	size, count := int64(b.size)-headerBytes+int64(len(key))+int64(len(value))+2, int(b.count)+1
	if over := size > int64(limits.PropertyBytes) || count > limits.Properties; over && int(b.count) > 0 {
		if old := find(b, id, []byte(key)); old >= 0 {
			size, count = size-int64(b.table[old].End+1-b.table[old].Key), count-1
			remove(b, old)
		}
	}
	if size > int64(limits.PropertyBytes) {
		return fmt.Errorf("%w: %d bytes, at most %d", ErrPropertyBytes, size, limits.PropertyBytes)
	}
	if count > limits.Properties {
		return fmt.Errorf("%w: at most %d", ErrProperties, limits.Properties)
	}
	b.extend(count)
	if err := b.home.room(b, len(key)+len(value)+2); err != nil {
		return fmt.Errorf("%w: %.64q", err, string(key))
	}
	return nil
}

// extend makes the table long enough for count entries.
func (b *block) extend(count int) {
	if count <= len(b.table) {
		return
	}
	table := make([]property.Entry, min(max(count, 2*len(b.table)), b.home.arena.limits.Properties))
	copy(table, b.entries())
	b.table = table
}

// replaceOlder removes a property of the key that was just entered last.
func (b *block) replaceOlder(id property.ID, key []byte) {
	if old := find(b, id, key); old < int(b.count)-1 {
		remove(b, old)
	}
}

// keySet remembers which keys a draft may have, so that most need not be looked for: the low six
// bits of each number, all of them for a key without one.
type keySet uint64

func (s keySet) mayHave(id property.ID) bool { return s&bitOf(id) != 0 }

func (s *keySet) add(id property.ID) { *s |= bitOf(id) }

func bitOf(id property.ID) keySet {
	if id == 0 {
		return ^keySet(0)
	}
	return 1 << (id & 63)
}

func find(b *block, id property.ID, key []byte) int {
	for i := range b.entries() {
		e := &b.table[i]
		if e.ID == id && id != 0 {
			return i
		}
		if (e.ID == 0 || id == 0) && string(b.buf[e.Key:e.Value-1]) == string(key) {
			return i
		}
	}
	return -1
}

// remove closes the gap that property i leaves.
func remove(b *block, i int) {
	gone := b.table[i]
	size := gone.End + 1 - gone.Key
	copy(b.buf[gone.Key:b.size], b.buf[gone.End+1:b.size])
	copy(b.table[i:b.count], b.table[i+1:b.count])
	b.size -= size
	b.count--
	for j := range b.entries()[i:] {
		e := &b.table[i+j]
		e.Key, e.Value, e.End = e.Key-size, e.Value-size, e.End-size
	}
}

func setContent(b *block, content []byte) error {
	if most := b.home.arena.limits.Content; len(content) > most {
		return fmt.Errorf("%w: %d bytes, at most %d", ErrContent, len(content), most)
	}
	if b.content != 0 {
		b.size = b.content - lengthBytes
		b.content = 0
	} else if err := b.checkNUL(); err != nil {
		return err
	}
	if err := b.home.room(b, lengthBytes+len(content)); err != nil {
		return fmt.Errorf("%w: content of %d bytes", err, len(content))
	}
	binary.BigEndian.PutUint32(b.buf[b.size:], uint32(len(content)))
	b.content = b.size + lengthBytes
	b.size = b.content + uint32(copy(b.buf[b.content:], content))
	b.bound = 0
	return nil
}

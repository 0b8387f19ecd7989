package message

import (
	"encoding/binary"

	"github.com/millrace/millrace/internal/atom"
	"github.com/millrace/millrace/property"
)

// block is a message's header. Field ledger:
//
//	holders  0 while free or a draft; set once at Seal; then any holder. At 0 the block is home's.
//	next     whoever holds the block exclusively: the shard while free, the releaser on its way home
//	drafted, claim, listed  the shard's owner only
//	the rest the draft's writer until Seal; nobody until the last release; then the shard
//
// Handover writer -> holders: the queue's publication, after Seal. Handover holders -> shard:
// SYNC POINT return.
type block struct {
	holders atom.Int32
	class   uint8 // size class of own
	drafted bool
	listed  bool   // in the batch that Shard.Check looks through
	claim   uint32 // counts claims: the handle of a draft serves one of them
	home    *Shard
	next    *block

	image   []byte // what is written so far, in own or, when large, in its own allocation
	entries []property.Entry
	keys    keySet // of entries
	content uint32 // where the content begins; 0 while there is none
	own     []byte // the class's memory
	err     error  // the first mistake of the draft's writer
	watch   watch

	inline [inlineEntries]property.Entry // where entries starts out
}

const (
	inlineEntries = 8
	headerBytes   = 10 // magic, total, nprops
	lengthBytes   = 4

	magic0, magic1 = 0xA1, 0x60
)

// reset makes a free block an empty draft.
func (b *block) reset() {
	b.image = b.own[:headerBytes]
	b.entries = b.entries[:0]
	b.keys = 0
	b.content = 0
	b.err = nil
	b.claim++
	b.drafted = true
}

// seal completes the image. It makes room for an empty content if none was set.
func (b *block) seal() {
	b.image[0], b.image[1] = magic0, magic1
	binary.BigEndian.PutUint32(b.image[2:], uint32(len(b.image)))
	binary.BigEndian.PutUint32(b.image[6:], uint32(len(b.entries)))
	b.drafted = false
}

// oversized tells whether the bytes come from the heap instead of the class's memory.
func (b *block) oversized() bool { return cap(b.image) > len(b.own) }

func (b *block) view() property.View { return property.NewView(b.image, b.entries) }

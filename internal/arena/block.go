package arena

import (
	"encoding/binary"

	"github.com/millrace/millrace/internal/atom"
	"github.com/millrace/millrace/property"
)

// block is a message's header. Field ledger:
//
//	shares   holders beyond the first: set at Seal if there are any; then any holder. A holder that
//	         finds 0 there is alone, and its release is the last: a message with one holder costs
//	         no atomic write.
//	out      set at Seal, cleared by the last release
//	escaped  set by the first holder who retains or shares it, cleared by the last release
//	next     whoever holds the block exclusively: the shard while free, the releaser on its way home
//	drafted, claim, listed  the shard's owner only
//	private  the owner when it moves a draft, else who may drop the block: see Shard.own
//	the rest the draft's writer until Seal; nobody until the last release; then the shard
//
// Handover writer -> holders: the queue's publication, after Seal. Handover holders -> shard:
// SYNC POINT return.
type block struct {
	shares  atom.Int32
	class   uint8 // size class of own
	out     bool
	drafted bool
	private bool   // beyond the cap: see Shard.own
	listed  bool   // in the batch that is looked through: see Draft.Enlist
	claim   uint32 // counts claims: the handle of a draft serves one of them
	escaped atom.Bool
	home    *Shard
	next    *block

	buf   []byte // where the image is written: own or, when large, an allocation of its own
	size  uint32 // how much of buf is written
	bound uint32 // how far properties may be written before somebody must ask; 0 from the content on

	table []property.Entry // as many as may be entered before somebody must ask
	count uint32           // how many of table are
	keys  keySet           // of them

	content uint32 // where the content begins; 0 while there is none
	own     []byte // the class's memory
	err     error  // the first mistake of the draft's writer
	watch   watch

	inline [inlineEntries]property.Entry // where table starts out
}

const (
	inlineEntries = 8
	headerBytes   = 10 // magic, total, nprops
	lengthBytes   = 4

	magic0, magic1 = 0xA1, 0x60
)

// reset makes a free block, whose buf is its own, an empty draft. It avoids storing pointers.
func (b *block) reset(claim uint32) {
	b.size, b.count, b.keys, b.content = headerBytes, 0, 0, 0
	b.rebound()
	if b.err != nil {
		b.err = nil
	}
	b.claim = claim
	b.drafted = true
}

// begin makes an empty draft begin with the properties of another block.
func (b *block) begin(prefix []byte, other *block) {
	b.extend(int(other.count))
	b.size = uint32(copy(b.buf, prefix))
	b.count = uint32(copy(b.table, other.entries()))
	b.keys = other.keys
}

// rebound sets the bound after buf has changed.
func (b *block) rebound() { b.bound = min(uint32(len(b.buf)), b.home.propsEnd) }

// image returns what is written so far.
func (b *block) image() []byte { return b.buf[:b.size:b.size] }

// properties returns the image up to the content.
func (b *block) properties() []byte {
	if b.content == 0 {
		return b.image()
	}
	return b.buf[:b.content-lengthBytes]
}

// entries returns what is entered so far.
func (b *block) entries() []property.Entry { return b.table[:b.count] }

// seal completes the image. It makes room for an empty content if none was set.
func (b *block) seal() {
	b.buf[0], b.buf[1] = magic0, magic1
	binary.BigEndian.PutUint32(b.buf[2:], b.size)
	binary.BigEndian.PutUint32(b.buf[6:], b.count)
	b.drafted = false
}

func (b *block) view() property.View { return property.NewView(b.image(), b.entries()) }

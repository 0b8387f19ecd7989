package arena

import (
	"github.com/millrace/millrace/internal/atom"
	"github.com/millrace/millrace/internal/layout"
)

// block is a message's header: two cache lines on 64-bit platforms, of which package layout draws the
// rest. Field ledger:
//
//	shares   holders beyond the first: set at Seal if there are any; then any holder. A holder that
//	         finds 0 there is alone, and its release is the last: a message with one holder costs
//	         no atomic write.
//	Out      set at Seal, cleared by the last release
//	Escaped  set by the first holder who retains or shares it, cleared by the last release
//	next     whoever holds the block exclusively: the shard while free, the releaser on its way home
//	claim    the shard's owner only
//	private  the owner when it moves a draft, else who may drop the block: see Shard.own
//	the rest the draft's writer until Seal; nobody until the last release; then the shard
//
// Handover writer -> holders: the queue's publication, after Seal. Handover holders -> shard:
// SYNC POINT return.
type block struct {
	watch  watch // of no size but in assertion builds
	shares atom.Int32
	claim  uint32 // of the draft that the block is now; 0 while it is none
	home   *Shard
	next   *block
	layout.Record
}

// begin makes a free block the draft of that claim. It stores no pointer.
func (b *block) begin(claim uint32) {
	b.Reset()
	b.claim = claim
}

// drafted tells whether the block is a draft.
func (b *block) drafted() bool { return b.claim != 0 }

package file

import (
	"bytes"
	"context"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/message"
)

// A batch is published when the input pauses, and before that when it has grown to one of these:
// in messages, and in bytes of content, so that it needs a small part of the module's memory.
const (
	batchMax      = 256
	batchBytesMax = 256 << 10
)

// batch turns records into drafts and publishes them together. It is used by one goroutine.
type batch struct {
	out    *engine.Publisher
	tally  *tally
	drafts []message.Draft
	bytes  int
}

// add makes a message. What cannot become one, or a property, is noted.
func (b *batch) add(ctx context.Context, at place, record []byte, fields []field) error {
	d, err := b.out.Claim(ctx)
	if err != nil {
		return err
	}
	b.set(d, at, fields)
	if err := d.Err(); err != nil {
		b.tally.note(leftOut, at, err)
		d.Abort()
		if d, err = b.out.Claim(ctx); err != nil {
			return err
		}
	}
	d.SetContent(record)
	if err := d.Err(); err != nil {
		b.tally.note(tooLong, at, err)
		d.Abort()
		at.finish()
		return nil
	}
	if err := b.ask(ctx, d, at); err != nil {
		d.Abort()
		return err
	}
	b.drafts = append(b.drafts, d)
	b.bytes += len(record)
	if len(b.drafts) < batchMax && b.bytes < batchBytesMax {
		return nil
	}
	return b.flush(ctx)
}

// ask asks what becomes of a message, if anybody keeps that.
func (b *batch) ask(ctx context.Context, d message.Draft, at place) error {
	if at.of == nil || at.of.of.answers == nil {
		return nil
	}
	return at.of.of.ask(ctx, d, question{at.of, at.from, at.end}, b.flush)
}

// set adds those fields that can be properties of one message. The engine may have been given
// narrower limits than its own; then the draft has an error.
func (b *batch) set(d message.Draft, at place, fields []field) {
	room, count := message.DefaultPropertyBytes, message.DefaultProperties
	for _, f := range fields {
		size := len(f.key) + len(f.value) + 2
		switch {
		case bytes.IndexByte(f.key, 0) >= 0 || bytes.IndexByte(f.value, 0) >= 0:
			b.tally.note(leftOut, at, errNUL)
		case size > room || count == 0:
			b.tally.note(leftOut, at, errTooMuch)
		default:
			d.SetBytes(f.key, f.value)
			room, count = room-size, count-1
		}
	}
}

// flush publishes what there is.
func (b *batch) flush(ctx context.Context) error {
	if len(b.drafts) == 0 {
		return nil
	}
	if err := b.out.PublishBatch(ctx, b.drafts); err != nil {
		return err
	}
	b.tally.published += len(b.drafts)
	b.drafts, b.bytes = b.drafts[:0], 0
	return nil
}

// abort gives up what has not been published, and says how much that was.
func (b *batch) abort() int {
	n := len(b.drafts)
	for _, d := range b.drafts {
		d.Abort()
	}
	b.drafts = nil
	return n
}

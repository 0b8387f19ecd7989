package arena

import "fmt"

// SetContent sets the content, or replaces it. The bytes are copied.
func (d Draft) SetContent(content []byte) {
	if b := d.writable(); !b.SetContent(content) && b.Err() == nil {
		b.putContent(content)
	}
}

// AppendContent makes the content what f returns, which is given the content so far to append to, in
// the message's own memory. What f returns may also stand elsewhere: then it is copied.
func (d Draft) AppendContent(f func([]byte) []byte) {
	b := d.writable()
	if !b.HasContent() && b.Err() == nil {
		b.putContent(nil)
	}
	if b.Err() != nil {
		return
	}
	content := f(b.Open())
	if !d.live() {
		return // f has ended it
	}
	if !b.Finish(content) {
		b.putContent(content)
		return
	}
}

// putContent gets room for the content if need be, or notes why there is none.
func (b *block) putContent(content []byte) {
	for {
		more, err := b.PutContent(content)
		if err == nil && more > 0 {
			if err = b.home.room(b, more); err == nil {
				continue
			}
			err = fmt.Errorf("%w: content of %d bytes", err, len(content))
		}
		b.note(err)
		return
	}
}

// room makes room for more bytes of a property.
func (b *block) room(more int, name string) error {
	if err := b.home.room(b, more); err != nil {
		return fmt.Errorf("%w: %.64q", err, name)
	}
	return nil
}

package arena

import (
	"fmt"

	"github.com/millrace/millrace/internal/layout"
)

// Template is a list of properties that messages begin with, written once. It never changes: any
// goroutine may use it. The zero Template has no properties.
type Template struct{ r *layout.Record }

// NewTemplate makes a template of the properties that write sets. It takes no memory of any arena that
// is in use. The error is the first mistake made in writing.
func NewTemplate(keys *layout.Keys, limits Limits, write func(Draft)) (Template, error) {
	d, err := NewArena(keys, limits, 0).NewShard(nil).Claim(nil)
	if err != nil {
		return Template{}, err
	}
	write(d)
	if err := d.Err(); err != nil {
		return Template{}, err
	}
	t := Template{d.b.Properties()}
	d.Abort()
	return t, nil
}

// Properties returns a view of the template's properties.
func (t Template) Properties() layout.View {
	if t.r == nil {
		return layout.View{}
	}
	return t.r.View()
}

// ClaimTemplate is Claim for a draft that begins with a template's properties.
func (s *Shard) ClaimTemplate(t Template, done <-chan struct{}) (Draft, error) {
	if t.r != nil && t.r.Keys() != s.arena.keys {
		return Draft{}, fmt.Errorf("%w: all those of a template", ErrKey)
	}
	d, err := s.Claim(done)
	if err != nil || t.r == nil || d.b.CopyProperties(t.r) == 0 {
		return d, err
	}
	return s.begun(d, t.r)
}

// ClaimFrom starts a draft that has m's properties and no content.
func (s *Shard) ClaimFrom(m Message, done <-chan struct{}) (Draft, error) {
	m.check()
	d, err := s.Claim(done)
	switch {
	case err != nil || m.b == nil:
		return d, err
	case m.b.Keys() != s.arena.keys:
		return d.rewritten(m)
	}
	return s.begun(d, &m.b.Record)
}

// begun makes a draft that was just claimed begin with a record's properties, as one run of bytes.
func (s *Shard) begun(d Draft, from *layout.Record) (Draft, error) {
	for {
		more := d.b.CopyProperties(from)
		if more == 0 {
			return d, nil
		}
		if err := s.room(d.b, more); err != nil {
			d.Abort()
			return Draft{}, err
		}
	}
}

// rewritten writes the properties of a message of another interner, whose key ids mean nothing here
// and whose limits may have been wider.
func (d Draft) rewritten(m Message) (Draft, error) {
	for key, value := range m.Properties().All() {
		d.SetBytes(key, value)
	}
	if err := d.Err(); err != nil {
		d.Abort()
		return Draft{}, err
	}
	return d, nil
}

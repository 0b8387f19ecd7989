package typed

import (
	"bytes"
	"hash/maphash"

	"github.com/millrace/millrace/message"
	"github.com/millrace/millrace/property"
)

type textColumn struct {
	cell[string]
	recent recent
}

func newText(at place, p *string, _ tag) column {
	return &textColumn{cell: cell[string]{place: at, p: p}, recent: recent{seed: maphash.MakeSeed()}}
}

func (c *textColumn) write(d message.Draft) error {
	d.SetKey(c.key, *c.p)
	return nil
}

func (c *textColumn) read(v property.View) error {
	value, there := v.Find(c.key)
	if !there {
		return c.refused(v, "a string")
	}
	*c.p = c.recent.text(value)
	return nil
}

// recent remembers strings that were seen lately, so that a device's name is not made anew with each of
// its messages. What it keeps alive is bounded by its two numbers.
type recent struct {
	seed   maphash.Seed
	latest string
	seen   []string
}

const (
	recentTexts = 64
	recentBytes = 64 // of one text
)

func (r *recent) text(b []byte) string {
	if r.latest == string(b) {
		return r.latest
	}
	if len(b) > recentBytes {
		return string(b)
	}
	if r.seen == nil {
		r.seen = make([]string, recentTexts)
	}
	s := &r.seen[maphash.Bytes(r.seed, b)%recentTexts]
	if *s != string(b) {
		*s = string(b)
	}
	r.latest = *s
	return *s
}

type bytesColumn struct {
	place
	p      *[]byte
	shared bool
}

func (c *bytesColumn) zero() bool { return len(*c.p) == 0 }

func (c *bytesColumn) write(d message.Draft) error {
	d.SetKeyBytes(c.key, *c.p)
	return nil
}

func (c *bytesColumn) read(v property.View) error {
	value, there := v.Find(c.key)
	if !there {
		return c.refused(v, "bytes")
	}
	if *c.p = value; !c.shared {
		*c.p = bytes.Clone(value)
	}
	return nil
}

type boolColumn struct{ cell[bool] }

func newBool(at place, p *bool, _ tag) column { return &boolColumn{cell[bool]{place: at, p: p}} }

func (c *boolColumn) write(d message.Draft) error {
	d.SetBool(c.key, *c.p)
	return nil
}

func (c *boolColumn) read(v property.View) error {
	value, ok := v.Bool(c.key)
	if *c.p = value; !ok {
		return c.refused(v, "true or false")
	}
	return nil
}

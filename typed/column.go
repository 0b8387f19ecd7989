package typed

import (
	"github.com/millrace/millrace/message"
	"github.com/millrace/millrace/property"
)

// column is one field of the one struct that a Writer or Reader owns, as a property: that the struct
// never moves is why nothing has to be looked up, or made an interface of, for a message.
type column interface {
	write(d message.Draft) error // the field into the draft
	read(v property.View) error  // the property into the field, which is zero
}

// fixed is a column that may be static.
type fixed interface {
	column
	changed() bool // the field is not what it was at keep
	keep()
}

// plain is a column that may be omitzero.
type plain interface {
	column
	zero() bool
}

// cell is a field of a comparable type.
type cell[N comparable] struct {
	place
	p    *N
	kept N
}

func (c *cell[N]) zero() bool    { var none N; return *c.p == none }
func (c *cell[N]) changed() bool { return *c.p != c.kept }
func (c *cell[N]) keep()         { c.kept = *c.p }

// omitzero is a column whose zero is not written.
type omitzero struct {
	plain
	key property.Key
}

func (c *omitzero) write(d message.Draft) error {
	if c.zero() {
		return nil
	}
	return c.plain.write(d)
}

func (c *omitzero) read(v property.View) error {
	if _, there := v.Find(c.key); !there {
		return nil
	}
	return c.plain.read(v)
}

// pointer is a column that is nil where there is no property.
type pointer[N any] struct {
	key   property.Key
	p     **N
	value *N // what inner is a column of
	inner column
}

func (c *pointer[N]) zero() bool { return *c.p == nil }

func (c *pointer[N]) write(d message.Draft) error {
	if *c.p == nil {
		return nil
	}
	*c.value = **c.p
	return c.inner.write(d)
}

func (c *pointer[N]) read(v property.View) error {
	if _, there := v.Find(c.key); !there {
		return nil
	}
	if err := c.inner.read(v); err != nil {
		return err
	}
	value := *c.value // a new one, for the receiver may keep it
	*c.p = &value
	return nil
}

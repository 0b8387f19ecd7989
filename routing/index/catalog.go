package index

import (
	"slices"

	"github.com/millrace/millrace/internal/layout"
)

// catalog says which keys the filters use and which schemas there are.
//
// A key that filters use has a column: a number from 1.
type catalog struct {
	columns  []uint32       // by the key's number; copied when it changes
	names    vector[string] // by column
	byName   nameTable
	schemas  vector[schema]   // by number
	anchored vector[[]uint32] // by column: the schemas whose anchor it is; 0: those without one
	shapes   *shapes          // new ones whenever the rest changes
	renewed  uint64           // in which edition they were made
}

// setColumn gives a key a column, or takes it away with 0.
func (c *catalog) setColumn(id layout.ID, column uint32) {
	if id == 0 {
		return
	}
	c.columns = slices.Clone(c.columns)
	for len(c.columns) <= int(id) {
		c.columns = append(c.columns, 0)
	}
	c.columns[id] = column
}

// enter adds a schema.
func (c *catalog) enter(n uint32, s schema, edition uint64) {
	c.schemas.set(n, s, edition)
	// A snapshot that shares the list does not see what comes after its end.
	c.anchored.set(s.anchor(), append(c.anchored.get(s.anchor()), n), edition)
}

// leave takes a schema out and returns it.
func (c *catalog) leave(n uint32, edition uint64) schema {
	s := c.schemas.get(n)
	c.schemas.set(n, schema{}, edition)
	all := slices.Clone(c.anchored.get(s.anchor()))
	i := slices.Index(all, n)
	c.anchored.set(s.anchor(), slices.Delete(all, i, i+1), edition)
	return s
}

// forget begins anew with the shapes, unless no snapshot has these yet: then no reader has added any.
func (c *catalog) forget(schemas int, l *limits, edition uint64) {
	if c.renewed != edition || len(c.shapes.table) < l.shapesFor(schemas) {
		c.shapes, c.renewed = newShapes(schemas, l), edition
	}
}

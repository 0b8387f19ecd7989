package index

import (
	"github.com/millrace/millrace/internal/layout"
	"github.com/millrace/millrace/property"
)

// column is what an Index knows of a key that filters use.
type column struct {
	key    property.Key
	number uint32
	uses   int // by schemas
}

// columnFor returns the column of a key, which gets one if it has none.
func (ix *Index) columnFor(key string) uint32 {
	if known := ix.columns[key]; known != nil {
		return known.number
	}
	n := uint32(len(ix.columns)+len(ix.free.columns)) + 1
	if last := len(ix.free.columns) - 1; last >= 0 {
		n = ix.free.columns[last]
		ix.free.columns = ix.free.columns[:last]
	}
	k := ix.keys.Intern(key)
	ix.columns[key] = &column{key: k, number: n}
	c := &ix.now.catalog
	c.names.set(n, key, ix.edition)
	c.setColumn(layout.Key(k).ID(), n)
	c.byName.add(&ix.now.hasher, &c.names, n, ix.edition)
	return n
}

func (ix *Index) knownColumn(key string) uint32 {
	if known := ix.columns[key]; known != nil {
		return known.number
	}
	return 0
}

func (ix *Index) dropColumn(n uint32) {
	c := &ix.now.catalog
	name := c.names.get(n)
	k := ix.columns[name]
	if k.uses--; k.uses > 0 {
		return
	}
	c.byName.remove(&ix.now.hasher, &c.names, n, ix.edition)
	c.setColumn(layout.Key(k.key).ID(), 0)
	c.names.set(n, "", ix.edition)
	delete(ix.columns, name)
	ix.free.columns = append(ix.free.columns, n)
}

// knownSchema sets the schema of a cell, if there is one.
func (ix *Index) knownSchema(c *cell) bool {
	ix.scratch.identity = identity(ix.scratch.identity[:0], c.terms)
	n, known := ix.schemas[string(ix.scratch.identity)]
	c.schema, c.salt = n, ix.now.hasher.salt(n)
	return known
}

// schemaFor sets the schema of a cell, making one if there is none.
func (ix *Index) schemaFor(c *cell) {
	if ix.knownSchema(c) {
		return
	}
	n := uint32(len(ix.uses))
	if last := len(ix.free.schemas) - 1; last >= 0 {
		n = ix.free.schemas[last]
		ix.free.schemas = ix.free.schemas[:last]
	} else {
		ix.uses = append(ix.uses, 0)
	}
	c.schema, c.salt = n, ix.now.hasher.salt(n)
	ix.schemas[string(ix.scratch.identity)] = n
	sc := schema{terms: append([]term(nil), c.terms...), salt: c.salt}
	for _, t := range sc.terms {
		ix.columns[ix.now.catalog.names.get(t.column)].uses++
	}
	ix.now.catalog.enter(n, sc, ix.edition)
	ix.now.catalog.forget(len(ix.schemas), &ix.limits, ix.edition)
}

// dropUnused forgets a schema that no filter uses, and the columns that it alone used.
func (ix *Index) dropUnused(n uint32) {
	if ix.uses[n] > 0 {
		return
	}
	sc := ix.now.catalog.leave(n, ix.edition)
	ix.scratch.identity = identity(ix.scratch.identity[:0], sc.terms)
	delete(ix.schemas, string(ix.scratch.identity))
	ix.free.schemas = append(ix.free.schemas, n)
	ix.now.catalog.forget(len(ix.schemas), &ix.limits, ix.edition)
	for _, t := range sc.terms {
		ix.dropColumn(t.column)
	}
}

package index

import "github.com/millrace/millrace/filter"

// add enters a filter into its cells, or returns false if there is no such form of it.
func (ix *Index) add(id int, f filter.Filter) bool {
	ix.scratch.lowering.Lower(f)
	if l := &ix.scratch.lowering; l.Refused != "" || len(ix.schemas)+len(l.Any) > ix.limits.schemas {
		return false
	}
	opaque := false
	for i := range ix.scratch.lowering.Any {
		c := ix.layOut(id, i, ix.columnFor)
		ix.schemaFor(c)
		opaque = opaque || c.opaque
		c.combine(&ix.now.hasher, 0, c.salt, ix.pending.add)
	}
	if opaque {
		ix.now.matchers.set(uint32(id), filter.Compile(f, ix.keys), ix.edition)
	}
	if ix.pending.bytes > ix.limits.pending {
		ix.enterPending()
	}
	return true
}

// take takes a filter out of its cells. It was lowered when it was added, so it is again, whatever the
// index holds by now.
func (ix *Index) take(id int, f filter.Filter) {
	ix.scratch.lowering.Lower(f)
	opaque := false
	for i := range ix.scratch.lowering.Any {
		c := ix.layOut(id, i, ix.knownColumn)
		if !ix.knownSchema(c) {
			continue
		}
		opaque = opaque || c.opaque
		c.combine(&ix.now.hasher, 0, c.salt, ix.leave)
		ix.dropUnused(c.schema)
	}
	if opaque {
		ix.now.matchers.set(uint32(id), filter.Matcher{}, ix.edition)
	}
}

// layOut lays the i-th alternative of the filter that was lowered out.
func (ix *Index) layOut(id, i int, column func(key string) uint32) *cell {
	word := uint32(id)
	if len(ix.scratch.lowering.Any) > 1 {
		word |= overlapsBit
	}
	ix.scratch.cell.reset(word, &ix.limits)
	ix.scratch.cell.lay(&ix.scratch.lowering.Any[i], column)
	return &ix.scratch.cell
}

// enter puts the entry into the cell.
func (ix *Index) enter(c *cell) {
	body, found, tree := ix.find(c)
	if tree {
		ix.growTree(little.Uint32(body), c)
		return
	}
	b := block(body).with(ix.scratch.body[:0], &c.entry, c.bounded)
	ix.scratch.body = b
	if len(b) == len(body) {
		return // it was there
	}
	ix.uses[c.schema]++
	if recordHead+len(c.values)+len(b) > ix.limits.record {
		tree = true
		n := ix.plant(newTree(b, ix.edit(c)))
		ix.scratch.body = little.AppendUint32(ix.scratch.body[:0], n)
	}
	ix.scratch.record = appendRecord(ix.scratch.record[:0], c, tree, ix.scratch.body)
	if found {
		ix.now.pages.replace(c, ix.scratch.record, ix.edition)
	} else {
		ix.now.pages.insert(c, ix.scratch.record, ix.edition)
	}
}

// leave takes the entry out of the cell.
func (ix *Index) leave(c *cell) {
	body, found, tree := ix.find(c)
	if tree {
		ix.shrinkTree(little.Uint32(body), c)
		return
	}
	ix.scratch.body = block(body).without(ix.scratch.body[:0], &c.entry, c.bounded)
	if !found || len(ix.scratch.body) == len(body) {
		return
	}
	ix.uses[c.schema]--
	ix.rewrite(c, ix.scratch.body)
}

// rewrite writes a cell's record anew after an entry was taken out.
func (ix *Index) rewrite(c *cell, b block) {
	if len(b) == len(empty(c.bounded)) {
		ix.now.pages.remove(c, ix.edition)
		return
	}
	ix.scratch.record = appendRecord(ix.scratch.record[:0], c, false, b)
	ix.now.pages.replace(c, ix.scratch.record, ix.edition)
}

// find returns what follows the values in a cell's record.
func (ix *Index) find(c *cell) (body []byte, found, tree bool) {
	p := ix.now.pages.page(c.hash)
	at := p.offset(c)
	if at == 0 {
		return empty(c.bounded), false, false
	}
	r := p.at(at)
	return r[recordHead+len(c.values):], true, r.tree()
}

func (ix *Index) edit(c *cell) edit { return edit{c.bounded, ix.edition, &ix.limits} }

// plant gives a tree a number.
func (ix *Index) plant(t *node) uint32 {
	n := ix.trees
	if last := len(ix.free.trees) - 1; last >= 0 {
		n = ix.free.trees[last]
		ix.free.trees = ix.free.trees[:last]
	} else {
		ix.trees++
	}
	ix.now.trees.set(n, t, ix.edition)
	return n
}

func (ix *Index) growTree(n uint32, c *cell) {
	root, added := ix.now.trees.get(n).with(&c.entry, ix.edit(c))
	if added {
		ix.uses[c.schema]++
		ix.now.trees.set(n, root, ix.edition)
	}
}

// shrinkTree takes an entry out of a cell's tree. A small tree becomes a block again.
func (ix *Index) shrinkTree(n uint32, c *cell) {
	root, gone := ix.now.trees.get(n).without(&c.entry, ix.edit(c))
	if !gone {
		return
	}
	ix.uses[c.schema]--
	if len(root.kids) > 1 || len(root.kids[0].block) > ix.limits.record/4 {
		ix.now.trees.set(n, root, ix.edition)
		return
	}
	ix.now.trees.set(n, nil, ix.edition)
	ix.free.trees = append(ix.free.trees, n)
	ix.rewrite(c, root.kids[0].block)
}

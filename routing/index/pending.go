package index

// pending are entries on their way to cells. They wait for the next snapshot or removal, or until they
// are many, and then go part by part: a part's pages are in the processor's cache while its entries
// come. So entering a million filters takes much less than a million times what one takes.
//
// An entry in a log:
//
//	hash 8, schema 4, length of the values 2, run of the entry 1,
//	the values, the entry as blocks hold it
type pending struct {
	logs  [pendingParts][]byte // by the last bits of the hash, which lead to a page too
	bytes int
}

const (
	pendingParts = 1 << 6
	pendingHead  = 15
)

// add writes a cell's entry down.
func (p *pending) add(c *cell) {
	log := &p.logs[uint32(c.hash)%pendingParts]
	before, r := len(*log), c.entry.run(c.bounded)
	b := little.AppendUint64(*log, c.hash)
	b = little.AppendUint32(b, c.schema)
	b = little.AppendUint16(b, uint16(len(c.values)))
	b = append(append(b, byte(r)), c.values...)
	*log = c.entry.append(b, r)
	p.bytes += len(*log) - before
}

// read makes c the first cell and entry of a log, into which its slices point, and returns the rest.
func (c *cell) read(b []byte) []byte {
	c.hash, c.schema = little.Uint64(b), little.Uint32(b[8:])
	n, r := pendingHead+int(little.Uint16(b[12:])), run(b[14])
	c.values, c.bounded = b[pendingHead:n:n], r != free
	return c.entry.read(b[n:], r)
}

// enterPending enters what is pending.
func (ix *Index) enterPending() {
	p := &ix.pending
	if p.bytes == 0 {
		return
	}
	ix.now.pages.reserve(p.bytes/2, ix.edition)
	p.bytes = 0
	for i := range p.logs {
		for log := p.logs[i]; len(log) > 0; {
			log = ix.scratch.entering.read(log)
			ix.enter(&ix.scratch.entering)
		}
		if p.logs[i] = p.logs[i][:0]; cap(p.logs[i]) > ix.limits.kept {
			p.logs[i] = nil
		}
	}
}

package index

// directory leads from a hash to a page. It is a linear hash table (Litwin 1980): pages are split one
// at a time, in order, as records come, and put together again as they go, so that no change is ever
// a large one.
type directory struct {
	full     int    // limits.page
	count    uint32 // of pages
	mask     uint32 // of the hash's bits that number the pages not split in this round
	bytes    int    // of records
	branches vector[*branch]
}

const (
	branchBits = 3
	branchSize = 1 << branchBits
	branchMask = branchSize - 1
)

// branch is some pages, copied as one. Their tables stand apart from their memory: see page.
type branch struct {
	edition uint64
	data    [branchSize][]byte
	buckets [branchSize]bucketTable
}

func newDirectory(full int, edition uint64) directory {
	d := directory{full: full}
	d.push(newPage(0, edition), edition)
	return d
}

// number returns the number of the page that a hash leads to. A branch would be taken at random, so
// there is none.
func (d *directory) number(hash uint64) uint32 {
	n := uint32(hash) & (2*d.mask + 1)
	over := uint32(int32(d.count-1-n) >> 31) // all ones where there is no such page yet
	return n - over&(d.mask+1)
}

func (d *directory) page(hash uint64) page { return d.at(d.number(hash)) }

func (d *directory) at(n uint32) page {
	b := *d.branches.at(n >> branchBits)
	return page{b.data[n&branchMask], &b.buckets[n&branchMask]}
}

// own returns the branch of a page, which may be written in the edition.
func (d *directory) own(n uint32, edition uint64) *branch {
	b := d.branches.get(n >> branchBits)
	switch {
	case b == nil:
		b = &branch{edition: edition}
	case b.edition != edition:
		b = &branch{edition, b.data, b.buckets}
	default:
		return b
	}
	d.branches.set(n>>branchBits, b, edition)
	return b
}

func (d *directory) set(n uint32, p page, edition uint64) {
	b := d.own(n, edition)
	b.data[n&branchMask], b.buckets[n&branchMask] = p.data, *p.buckets
}

// writable returns the page of a hash, which may be written in the edition and has room for more
// bytes.
func (d *directory) writable(hash uint64, more int, edition uint64) page {
	for d.page(hash).end()+more > pageMax {
		d.split(edition)
	}
	n := d.number(hash)
	d.own(n, edition)
	p := d.at(n)
	switch {
	case p.edition() != edition:
		d.set(n, p.copied(more, edition), edition)
	case p.end()+more > len(p.data): // it grows, and so it will
		d.set(n, p.copied(more+p.end()/4, edition), edition)
	}
	return d.at(n)
}

// insert adds the record of a cell.
func (d *directory) insert(c *cell, r record, edition uint64) {
	d.writable(c.hash, len(r), edition).insert(c.hash, r)
	d.bytes += len(r)
	if d.bytes > int(d.count)*d.full {
		d.split(edition)
	}
}

// replace writes a cell's record anew.
func (d *directory) replace(c *cell, r record, edition uint64) {
	p := d.writable(c.hash, len(r), edition)
	at := p.offset(c)
	d.bytes += len(r) - len(p.at(at))
	p.replace(c.hash, at, r)
}

// remove takes out the record of a cell.
func (d *directory) remove(c *cell, edition uint64) {
	p := d.writable(c.hash, 0, edition)
	at := p.offset(c)
	d.bytes -= len(p.at(at))
	p.remove(c.hash, at)
	if d.count > 1 && d.bytes < int(d.count)*d.full/4 {
		d.join(edition)
	}
}

// reserve makes pages for about so many more bytes of records, as long as there are less than that.
func (d *directory) reserve(more int, edition uint64) {
	if more < d.bytes {
		return
	}
	for d.bytes+more > int(d.count)*d.full {
		d.split(edition)
	}
}

// split makes two pages of the next one.
func (d *directory) split(edition uint64) {
	n := d.count - (d.mask + 1)
	halves := d.at(n).split(d.mask+1, edition)
	d.set(n, halves[0], edition)
	d.push(halves[1], edition)
}

func (d *directory) push(p page, edition uint64) {
	d.set(d.count, p, edition)
	d.count++
	if d.count == 2*(d.mask+1) {
		d.mask = 2*d.mask + 1
	}
}

// join makes one page of the last one and the one it came from.
func (d *directory) join(edition uint64) {
	if d.count == d.mask+1 {
		d.mask /= 2
	}
	last := d.count - 1
	n := last &^ (d.mask + 1)
	d.set(n, d.at(n).joined(d.at(last), edition), edition)
	d.own(last, edition).data[last&branchMask] = nil
	d.count--
}

package arena

// drafts counts a shard's drafts that have not ended, by class; their bytes, which only who is short of
// memory asks for, follow from that, but for large ones.
type drafts struct {
	count [classes + 1]int
	large int64 // bytes of those that have no class
}

func (d *drafts) add(b *block) {
	d.count[int(b.Class)&large]++
	if int(b.Class) == large {
		d.large += b.cost()
	}
}

func (d *drafts) remove(b *block) {
	d.count[int(b.Class)&large]--
	if int(b.Class) == large {
		d.large -= b.cost()
	}
}

// open returns how many there are.
func (d *drafts) open() (n int) {
	for _, count := range d.count {
		n += count
	}
	return n
}

// bytes returns what they take.
func (d *drafts) bytes() int64 {
	n := d.large
	for class, count := range d.count {
		n += int64(count) * costs[class]
	}
	return n
}

package index

// limits are the sizes at which the structure changes its form. Tests make them small.
type limits struct {
	few    int    // filters that are all evaluated
	page   int    // bytes of records a page, on average, above which there is one page more
	record int    // bytes of a record above which its entries go to a tree
	block  int    // bytes of a tree's leaf
	kids   int    // of a tree's node
	small  uint32 // pages of an index that is in the processor's cache anyhow
}

func usualLimits() limits {
	return limits{few: 8, page: 1280, record: 2 << 10, block: 1 << 10, kids: 32, small: 64}
}

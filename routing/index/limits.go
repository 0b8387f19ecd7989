package index

// limits are the sizes at which the structure changes its form, or gives up. Tests make them small, so
// that the properties hold beyond each.
type limits struct {
	few    int    // filters that are all evaluated
	page   int    // bytes of records a page, on average, above which there is one page more
	record int    // bytes of a record above which its entries go to a tree
	block  int    // bytes of a tree's leaf
	kids   int    // of a tree's node
	small  uint32 // pages of an index that is in the processor's cache anyhow

	schemas    int // beyond them filters are evaluated on every message
	conditions int // of a conjunction; with more the filter itself must be evaluated
	cells      int // that several lists of one conjunction are multiplied to
	hashed     int // terms of a schema that are hashed
	prefix     int // bytes of a prefix that are, no more than of a text
	text       int // bytes of a text that a record or a test holds
	rest       int // bytes of the tests of an entry
	pending    int // bytes of all logs
	kept       int // bytes of a log's memory that are kept for the next time
	shape      int // steps and columns of a shape that is kept
	shapes     int // that are kept
}

func usualLimits() limits {
	return limits{few: 8, page: 1280, record: 2 << 10, block: 1 << 10, kids: 32, small: 64,
		schemas: schemasMax, conditions: 32, cells: 256, hashed: hashedMax, prefix: prefixMax, text: textMax,
		rest: restMax, pending: 32 << 20, kept: 1 << 10, shape: 1 << 10, shapes: 1 << 12}
}

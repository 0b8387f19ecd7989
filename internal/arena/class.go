package arena

// sizes are the bytes of the size classes. The last holds 64 KiB of content with its properties.
var sizes = [...]int{256, 512, 1 << 10, 4 << 10, 16 << 10, 68 << 10}

const (
	classes    = len(sizes)
	firstChunk = 4        // blocks
	mostChunk  = 64 << 10 // bytes, but always at least one block
	// mostHeaders is how many headers stand in one piece of memory: a handle to one keeps them all.
	mostHeaders = 16
	// blockBytes is what a header is charged with: its size on 64-bit platforms, rounded up.
	blockBytes = 320
)

// classFor returns the smallest class that holds size bytes, or classes if none does.
func classFor(size int) int {
	for c, s := range sizes {
		if size <= s {
			return c
		}
	}
	return classes
}

// cost is what one block of a class takes of the cap, in bytes.
func cost(class int) int64 { return int64(sizes[class] + blockBytes) }

// newChunk makes n free blocks of a class, chained in order.
func newChunk(home *Shard, class, n int) []block {
	blocks := make([]block, n)
	bytes := make([]byte, n*sizes[class])
	for i := range blocks {
		b := &blocks[i]
		from := i * sizes[class]
		b.own = bytes[from : from+sizes[class] : from+sizes[class]]
		b.class = uint8(class)
		b.home = home
		b.buf = b.own
		b.table = b.inline[:min(inlineEntries, home.arena.limits.Properties)]
		if i+1 < n {
			b.next = &blocks[i+1]
		}
	}
	return blocks
}

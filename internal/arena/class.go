package arena

// sizes are the bytes of the size classes. The last holds 64 KiB of content with its properties.
var sizes = [...]int{256, 512, 1 << 10, 2 << 10, 4 << 10, 16 << 10, 68 << 10}

const (
	classes = len(sizes)
	large   = classes // what has no class: bytes for one message alone, which go with it

	// ownClass is the largest class of a shard's own block, which is beyond the cap.
	ownClass = 3
	// blockBytes is what a header is charged with: its size on 64-bit platforms.
	blockBytes = 128
)

// costs are what one block of a class takes of the cap, in bytes; of large that is not known here.
var costs = func() (c [classes + 1]int64) {
	for class, size := range sizes {
		c[class] = int64(size + blockBytes)
	}
	return c
}()

// above are the sizes that no block of a class needs to be used for.
var above = func() (a [classes + 1]int) {
	copy(a[1:], sizes[:])
	a[0] = -1
	return a
}()

// classFor returns the smallest class that holds size bytes, or large if none does.
func classFor(size int) int {
	for c, s := range sizes {
		if size <= s {
			return c
		}
	}
	return large
}

// cost returns what the block takes of the cap, in bytes.
func (b *block) cost() int64 {
	if int(b.Class) == large {
		return int64(len(b.Buffer())) + blockBytes
	}
	return costs[int(b.Class)&large]
}

// newBlock makes a free block of an image that was reserved, or was another's.
func (s *Shard) newBlock(class int, image []byte) *block {
	b := s.bare.pop()
	if b == nil {
		b = &block{home: s}
		b.Init(s.arena.annex)
		b.watched()
	} else {
		s.bares--
	}
	b.dress(class, image)
	return b
}

// dress gives a block an image to be written.
func (b *block) dress(class int, image []byte) {
	b.Class = uint8(class)
	b.SetBuffer(image)
}

// strip takes a free block's image away.
func (b *block) strip() (image []byte) {
	image, b.next = b.Buffer(), nil
	b.SetBuffer(nil)
	return image
}

// exchange lets two blocks of a shard change images. Owner only.
func exchange(b, other *block) {
	image := b.Buffer()
	b.SetBuffer(other.Buffer())
	other.SetBuffer(image)
	b.Class, other.Class = other.Class, b.Class
	private := b.Private()
	b.SetPrivate(other.Private())
	other.SetPrivate(private)
}

// queue is a list of free blocks, first in first out.
type queue struct{ first, last *block }

func (q *queue) push(b *block) { q.append(b, b) }

func (q *queue) append(first, last *block) {
	last.next = nil
	if q.first == nil {
		q.first = first
	} else {
		q.last.next = first
	}
	q.last = last
}

func (q *queue) pop() *block {
	b := q.first
	if b != nil {
		q.first = b.next
	}
	return b
}

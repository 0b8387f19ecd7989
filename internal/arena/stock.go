package arena

import "github.com/millrace/millrace/internal/atom"

// stock has images without a shard: what was free in a shard whose owner was at work, when others were
// short of memory. Guarded by Arena.mu, but for count.
type stock struct {
	images [classes][][]byte
	count  atom.Int32
	spare  [classes]int // how many there were at the last Trim
}

func (s *stock) put(class int, image []byte) {
	s.images[class] = append(s.images[class], image)
	s.count.Add(1)
}

// take returns an image of the class, or nil.
func (s *stock) take(class int) []byte {
	list := s.images[class]
	if len(list) == 0 {
		return nil
	}
	last := len(list) - 1
	image := list[last]
	list[last] = nil
	s.images[class] = list[:last]
	s.count.Add(-1)
	return image
}

// drop drops one image, of the largest class that has any, and gives its bytes back; it returns false
// if there is none.
func (s *stock) drop(used *atom.Int64) bool {
	if s.count.Load() == 0 {
		return false
	}
	for class := classes - 1; class >= 0; class-- {
		if s.take(class) != nil {
			used.Add(-costs[class])
			return true
		}
	}
	return false
}

// fromStock returns an image for a shard that grows, or nil.
func (a *Arena) fromStock(class int) []byte {
	if a.stock.count.Load() == 0 {
		return nil
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.line.first != nil {
		return nil
	}
	return a.stock.take(class)
}

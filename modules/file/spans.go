package file

import "slices"

// spans are parts of a file, from the first byte to behind the last: in order, and none touches the
// next.
type spans [][2]int64

// add adds a part.
func (s *spans) add(from, to int64) {
	if from >= to {
		return
	}
	list := *s
	first, _ := slices.BinarySearchFunc(list, from, func(p [2]int64, at int64) int { return compare(p[1], at) })
	last := first
	for last < len(list) && list[last][0] <= to {
		from, to = min(from, list[last][0]), max(to, list[last][1])
		last++
	}
	*s = slices.Replace(list, first, last, [2]int64{from, to})
}

// has reports whether all of a part is there.
func (s spans) has(from, to int64) bool {
	i, _ := slices.BinarySearchFunc(s, to, func(p [2]int64, at int64) int { return compare(p[1], at) })
	return i < len(s) && s[i][0] <= from && to <= s[i][1]
}

// end returns where the last part ends.
func (s spans) end() int64 {
	if len(s) == 0 {
		return 0
	}
	return s[len(s)-1][1]
}

func compare(a, b int64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

package main

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/millrace/millrace/routing/index/workload"
)

// counting is the classic content-based index: lists of the filters that each property of a message
// satisfies a condition of, and a count for each filter of how many of its conditions hold (Yan,
// Garcia-Molina 1994).
type counting struct {
	wanted   []uint8 // conditions of each filter
	equal    map[[2]string][]int32
	prefixes map[string]map[int]map[string][]int32 // by key, length and prefix
	exists   map[string][]int32
	differs  map[string][]exception
	below    map[string][]threshold // sorted downwards
	from     map[string][]threshold // sorted upwards

	counts []uint8
	met    []int32 // filters of which some condition holds
}

type threshold struct {
	number float64
	filter int32
}

type exception struct {
	text   string
	filter int32
}

func openCounting(filters []workload.Filter, messages []workload.Message) (func(i int) int, error) {
	c := &counting{
		wanted: make([]uint8, len(filters)), counts: make([]uint8, len(filters)),
		equal: map[[2]string][]int32{}, prefixes: map[string]map[int]map[string][]int32{},
		exists: map[string][]int32{}, differs: map[string][]exception{},
		below: map[string][]threshold{}, from: map[string][]threshold{},
	}
	for i, f := range filters {
		c.wanted[i] = uint8(len(f))
		for _, condition := range f {
			c.add(condition, int32(i))
		}
	}
	for _, all := range c.below {
		slices.SortFunc(all, func(a, b threshold) int { return cmp.Compare(b.number, a.number) })
	}
	for _, all := range c.from {
		slices.SortFunc(all, func(a, b threshold) int { return cmp.Compare(a.number, b.number) })
	}
	return func(i int) int { return c.match(messages[i]) }, nil
}

func (c *counting) add(k workload.Condition, filter int32) {
	switch k.Op {
	case workload.Equal, workload.In:
		texts := slices.Compact(slices.Sorted(slices.Values(k.Texts)))
		for _, text := range texts {
			c.equal[[2]string{k.Key, text}] = append(c.equal[[2]string{k.Key, text}], filter)
		}
	case workload.Prefix:
		c.addPrefix(k.Key, k.Texts[0], filter)
	case workload.Exists:
		c.exists[k.Key] = append(c.exists[k.Key], filter)
	case workload.Differs:
		c.differs[k.Key] = append(c.differs[k.Key], exception{k.Texts[0], filter})
	case workload.Below:
		c.below[k.Key] = append(c.below[k.Key], threshold{k.Number, filter})
	case workload.From:
		c.from[k.Key] = append(c.from[k.Key], threshold{k.Number, filter})
	}
}

func (c *counting) addPrefix(key, prefix string, filter int32) {
	if c.prefixes[key] == nil {
		c.prefixes[key] = map[int]map[string][]int32{}
	}
	if c.prefixes[key][len(prefix)] == nil {
		c.prefixes[key][len(prefix)] = map[string][]int32{}
	}
	c.prefixes[key][len(prefix)][prefix] = append(c.prefixes[key][len(prefix)][prefix], filter)
}

func (c *counting) match(m workload.Message) (hits int) {
	c.met = c.met[:0]
	for _, p := range m {
		c.property(p[0], p[1])
	}
	for _, filter := range c.met {
		if c.counts[filter] == c.wanted[filter] {
			hits++
		}
		c.counts[filter] = 0
	}
	return hits
}

func (c *counting) count(filter int32) {
	if c.counts[filter] == 0 {
		c.met = append(c.met, filter)
	}
	c.counts[filter]++
}

func (c *counting) property(key, value string) {
	for _, filter := range c.equal[[2]string{key, value}] {
		c.count(filter)
	}
	for length, prefixes := range c.prefixes[key] {
		if len(value) >= length {
			for _, filter := range prefixes[value[:length]] {
				c.count(filter)
			}
		}
	}
	for _, filter := range c.exists[key] {
		c.count(filter)
	}
	for _, e := range c.differs[key] {
		if e.text != value {
			c.count(e.filter)
		}
	}
	c.number(key, value)
}

func (c *counting) number(key, value string) {
	below, from := c.below[key], c.from[key]
	if len(below)+len(from) == 0 {
		return
	}
	n, err := strconv.ParseFloat(value, 64)
	if err != nil {
		return
	}
	for _, t := range below {
		if n >= t.number {
			break
		}
		c.count(t.filter)
	}
	for _, t := range from {
		if n < t.number {
			break
		}
		c.count(t.filter)
	}
}

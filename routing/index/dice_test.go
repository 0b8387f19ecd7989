package index

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/millrace/millrace/filter"
	"github.com/millrace/millrace/internal/layout"
	"github.com/millrace/millrace/property"
)

// dice makes filters and messages that meet often: few keys, few values, and the odd ones.
type dice struct {
	roll   func(n int) int
	temper temper
}

// temper is what most filters have in common.
type temper int

const (
	mixed   temper = iota
	spread         // they use many keys
	crowded        // they want the same values
)

// seeded rolls at random.
func seeded(seed uint64) dice { return dice{roll: rand.New(rand.NewPCG(seed, 2)).IntN} }

// written rolls what is written in data, then zeros.
func written(data []byte) dice {
	return dice{roll: func(n int) int {
		if len(data) < 2 {
			return 0
		}
		v := int(binary.LittleEndian.Uint16(data))
		data = data[2:]
		return v % n
	}}
}

func (d dice) of(texts ...string) string { return texts[d.roll(len(texts))] }

var diceKeys = []string{"a", "b", "c", "d", "ключ", ""}

func (d dice) key() string {
	if d.temper == spread {
		return fmt.Sprint("k", d.roll(150))
	}
	return d.of(diceKeys...)
}

var long = strings.Repeat("0123456789", 40)

func (d dice) value() string {
	switch d.roll(12) {
	case 8:
		return d.of("", "30", "30.0", "3e1", "+30", "030", "-0", "0", "0.0", "1e999", "-1e308", "NaN")
	case 9:
		return d.of("x", "xy", "X", "XY", "Xy", "É", "xyz", "xz", "é", "日本", "日本語", "\xff", "\xff\xfe", "%", "x%")
	case 10:
		return long[:d.roll(len(long))]
	case 11:
		return long[:d.roll(70)] + d.of("", "x", "9")
	}
	return fmt.Sprint(d.roll(5))
}

func (d dice) number() float64 {
	if d.roll(8) == 7 {
		return []float64{-1e308, 1e308, 0, 30, 2.5}[d.roll(5)]
	}
	return float64(d.roll(6))
}

func (d dice) filter(depth int) filter.Filter {
	if d.temper == crowded && depth > 1 && d.roll(8) > 0 {
		return d.crowd()
	}
	if depth > 0 && d.roll(3) > 0 {
		return d.composed(depth)
	}
	k := d.key()
	switch d.roll(15) {
	case 0:
		return filter.Exists(k)
	case 12, 13:
		return d.inOneCase(k)
	case 14:
		return parsed(fmt.Sprintf(d.of("[%s] > [%s]", "[%s] = [%s]", "LENGTH([%s]) <= [%s] + 1", "LOWER([%s]) = UPPER([%s])"), k, d.key()))
	case 1:
		return filter.Prefix(k, d.value())
	case 2:
		return filter.In(k, d.values()...)
	case 3:
		return filter.Less(k, d.number())
	case 4:
		return filter.AtMost(k, d.number())
	case 5:
		return filter.Greater(k, d.number())
	case 6:
		return filter.AtLeast(k, d.number())
	case 7:
		return filter.EqualNumber(k, d.number())
	case 8:
		return filter.Like(k, d.of("%1", "_", "x%z", "%", "012%9", long[:60]+"_%", "日_"))
	}
	return filter.Equal(k, d.value())
}

// inOneCase returns a test of a text in one case.
func (d dice) inOneCase(k string) filter.Filter {
	return parsed(fmt.Sprintf(d.of("LOWER([%s]) = %s", "UPPER([%s]) = %s", "LOWER([%s]) IN ('x', %s, 'xy')", "LOWER([%s]) <> %s",
		"UPPER([%s]) LIKE %s"), k, "'"+d.value()+"'"))
}

// crowd returns a filter of one of a few cells; one in four of two alternatives that overlap there.
func (d dice) crowd() filter.Filter {
	low, width := float64(d.roll(6)), float64(d.roll(3))
	all := []filter.Filter{filter.Equal("a", "1")}
	if d.roll(4) == 0 {
		all = []filter.Filter{filter.Or(filter.And(filter.Equal("a", "1"), filter.Equal("b", "1")),
			filter.And(filter.In("a", "1", "2"), filter.In("b", "1", "2")))}
	}
	switch d.roll(4) {
	case 0:
		all = append(all, filter.Greater("c", low))
	case 1:
		all = append(all, filter.Less("c", low))
	case 2:
		all = append(all, filter.AtLeast("c", low), filter.AtMost("c", low+width))
	}
	switch d.roll(5) {
	case 0:
		all = append(all, filter.Not(filter.Equal("d", d.value())))
	case 1:
		all = append(all, filter.Less("d", low))
	case 2:
		all = append(all, filter.Like("d", "%1%"))
	}
	return filter.And(all...)
}

// wide returns a filter with more alternatives than a lowering may have.
func (d dice) wide() filter.Filter {
	var all []filter.Filter
	for i := range 9 {
		n := float64(i)
		all = append(all, filter.Or(filter.Less(d.key(), n), filter.Exists(d.key()), filter.Prefix(d.key(), d.value())))
	}
	return filter.And(all...)
}

func (d dice) values() (texts []string) {
	n := d.roll(6)
	if d.roll(20) == 19 {
		n = 300
	}
	for range n {
		texts = append(texts, d.value())
	}
	return texts
}

func (d dice) composed(depth int) filter.Filter {
	kind := d.roll(5)
	if d.roll(50) == 49 {
		return d.wide()
	}
	if kind == 0 {
		return filter.Not(d.filter(depth - 1))
	}
	most := 4
	if d.roll(30) == 29 {
		most = 12
	}
	var parts []filter.Filter
	for range d.roll(most) {
		parts = append(parts, d.filter(depth-1))
	}
	if kind == 1 {
		return filter.Or(parts...)
	}
	return filter.And(parts...)
}

// message has its keys in any order. Those that keys does not know have no number.
func (d dice) message(keys *property.Keys) property.View {
	var properties [][2]string
	names := append(slices.Clone(diceKeys), "other")
	if d.temper == spread {
		names = append(names, d.key(), d.key(), d.key(), d.key())
	}
	for _, k := range names {
		if d.roll(3) > 0 {
			p := [2]string{k, d.value()}
			properties = slices.Insert(properties, d.roll(len(properties)+1), p)
		}
	}
	return viewOf(keys, properties)
}

func viewOf(keys *property.Keys, properties [][2]string) property.View {
	return property.View(layout.NewView(layout.NewAnnex((*layout.Keys)(keys), layout.Widest()), nil, properties...))
}

// limits are the usual ones, or so small that everything changes its form all the time.
func (d dice) limits() limits {
	if d.roll(3) == 0 {
		return usualLimits()
	}
	l := limits{few: d.roll(9), page: 16 << d.roll(5), record: 32 << d.roll(4), block: 40 << d.roll(3),
		kids: 3 + d.roll(3), small: uint32(1 + d.roll(4)), schemas: 1 << d.roll(8), conditions: 1 + d.roll(6),
		cells: 1 << d.roll(6), hashed: d.roll(4), text: 1 << d.roll(8), rest: 3 + d.roll(60), pending: 1 << d.roll(12),
		kept: 1 << d.roll(5), shape: d.roll(40), shapes: 1 << d.roll(8)}
	l.prefix = 1 + d.roll(min(l.text, prefixMax))
	return l
}

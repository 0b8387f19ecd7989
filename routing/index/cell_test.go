package index

import (
	"fmt"
	"strings"
	"testing"

	"github.com/millrace/millrace/filter"
	"github.com/millrace/millrace/property"
)

// laidOut shows what a filter's cells look for, the absent ones last, and how many bytes their tests have.
func laidOut(f filter.Filter) string {
	ix := newIndex(property.NewKeys(0), usualLimits())
	ix.scratch.lowering.Lower(f)
	var all []string
	for i := range ix.scratch.lowering.Any {
		c := ix.layOut(1, i, ix.columnFor)
		var b strings.Builder
		for _, t := range c.terms {
			kind := [...]string{"=", "=l", "=u", "=#", "^", "#", "there", "absent"}[t.kind]
			fmt.Fprintf(&b, "%s%s", ix.now.catalog.names.get(t.column), kind)
			if t.kind == isPrefix {
				fmt.Fprint(&b, t.length)
			}
			b.WriteByte(' ')
		}
		fmt.Fprintf(&b, "+%d", len(c.tests))
		if c.opaque {
			b.WriteString(" and the filter")
		}
		all = append(all, b.String())
	}
	return strings.Join(all, " | ")
}

func parsed(text string) filter.Filter {
	f, err := filter.Parse(text)
	if err != nil {
		panic(err)
	}
	return f
}

// What a cell can be found by is looked up, and nothing that the look-up says is tested again.
func TestCellsLookUpWhatTheyCan(t *testing.T) {
	var nine []filter.Filter
	for i := range hashedMax + 1 {
		nine = append(nine, filter.Equal(fmt.Sprint("k", i), "v"))
	}
	for _, c := range []struct {
		f    filter.Filter
		want string
	}{
		{filter.Equal("a", "x"), "a= +0"},
		{filter.In("a", "x", "y"), "a= +0"},
		{filter.Equal("a", long[:textMax]), "a= +0"},
		{filter.Equal("a", long[:textMax+1]), "a^64 +2 and the filter"},
		{filter.In("a", long[:textMax+1], "x"), "athere +2 and the filter"},
		{filter.EqualNumber("a", 3), "a=# +0"},
		{filter.Less("a", 3), "a# +0"},
		{filter.And(filter.Less("a", 3), filter.Greater("b", 3)), "a# bthere +18"},
		{filter.Prefix("a", "x"), "a^1 +0"},
		{filter.Prefix("a", long[:prefixMax]), "a^64 +0"},
		{filter.Prefix("a", long[:prefixMax+1]), "a^64 +68"},
		{filter.And(filter.Prefix("a", "xyz"), filter.Less("a", 3)), "a# a^3 +0"},
		{filter.Prefix("a", ""), "athere +0"},
		{filter.Exists("a"), "athere +0"},
		{filter.Not(filter.Exists("a")), "aabsent +0"},
		{filter.Not(filter.Equal("a", "x")), "athere +5"},
		{filter.Not(filter.Prefix("a", "x")), "athere +4"},
		{filter.Not(filter.EqualNumber("a", 3)), "a# +10"},
		{filter.Like("a", "xy%z"), "a^2 +2 and the filter"},
		{filter.Between("a", "x1", "x2"), "a^1 +2 and the filter"},
		{filter.And(filter.Equal("b", "x"), filter.Not(filter.Exists("a")), filter.Exists("c")), "b= cthere aabsent +0"},
		{filter.Or(filter.Equal("a", "x"), filter.Exists("b")), "a= +0 | bthere +0"},
		{parsed("LOWER(a) = 'x'"), "a=l +0"},
		{parsed("UPPER(a) IN ('X', 'Y') AND LOWER(b) = 'y'"), "a=u b=l +0"},
		{parsed("UPPER(a) = 'X' AND LOWER(a) = 'x'"), "a=l a=u +0"},
		{parsed("LOWER(a) = '" + long[:textMax+1] + "'"), "athere +2 and the filter"},
		{parsed("LOWER(a) <> 'x'"), "athere +2 and the filter"},
		{parsed("LOWER(a) LIKE 'x%' AND b = 'y'"), "athere b= +2 and the filter"},
		{parsed("a > b AND c = 'x'"), "athere bthere c= +2 and the filter"},
		{filter.And(nine...), "k0= k1= k2= k3= k4= k5= k6= k7= k8there +5"},
	} {
		if got := laidOut(c.f); got != c.want {
			t.Errorf("%.60v is laid out as %s, want %s", c.f, got, c.want)
		}
	}
}

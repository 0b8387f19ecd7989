package index

import (
	"fmt"
	"testing"

	"github.com/millrace/millrace/filter"
)

// What was found by cells before there were too many schemas is taken out of them after.
func TestRemovalWhereSchemasAreMany(t *testing.T) {
	l := indexed()
	l.schemas = 3
	h := start(13, l)
	for i := range 3 {
		h.put(t, filter.Equal(fmt.Sprint("k", i), "v"))
	}
	h.put(t, filter.Equal("k3", "v"))
	if len(h.index.scans) != 1 {
		t.Fatalf("%d filters are evaluated on every message, want that beyond the bound", len(h.index.scans))
	}
	all := [][2]string{{"k0", "v"}, {"k1", "v"}, {"k2", "v"}, {"k3", "v"}}
	for id, n := range h.model {
		h.index.Remove(id, n.filter)
		delete(h.model, id)
		h.want(t, all)
	}
	if len(h.index.schemas) != 0 {
		t.Error("schemas are left:", len(h.index.schemas))
	}
}

// A filter whose alternatives fall into one cell has one entry there, and is taken out of a tree once:
// else the cell would be forgotten with others in it.
func TestAlternativesThatFallIntoOneCell(t *testing.T) {
	for _, l := range someLimits() {
		h := start(14, l)
		for range 60 {
			h.put(t, filter.And(filter.Equal("k", "v"), filter.Equal("b", "1")))
		}
		overlapping := filter.Or(filter.And(filter.Equal("k", "v"), filter.Equal("b", "1")),
			filter.And(filter.In("k", "v", "w"), filter.In("b", "1", "2")))
		if err := h.index.Add(60, overlapping); err != nil {
			t.Fatal(err)
		}
		h.index.Remove(60, overlapping)
		for id := range 59 {
			h.index.Remove(id, h.model[id].filter)
			delete(h.model, id)
			h.want(t, [][2]string{{"k", "v"}, {"b", "1"}})
		}
	}
}

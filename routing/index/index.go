package index

import (
	"fmt"
	"slices"

	"github.com/millrace/millrace/filter"
	"github.com/millrace/millrace/property"
)

// Index is a set of filters that changes, each with a number of its own. It belongs to one goroutine
// at a time; the snapshots it makes are shared.
type Index struct {
	keys    *property.Keys
	limits  limits
	count   int
	edition uint64    // what was made in it is in no snapshot yet, and may be written
	now     Snapshot  // what the next snapshot will be
	last    *Snapshot // the last one, unless something changed since

	columns map[string]*column
	schemas map[string]uint32 // by identity
	uses    []int             // of a schema, by its number: entries
	trees   uint32            // how many numbers of trees were given
	free    struct{ columns, schemas, trees []uint32 }
	scans   map[int]bool // the ids in now.scanned
	early   []numbered   // while now.few: all filters

	pending pending
	scratch scratch
}

// scratch is memory that one change after another uses. Between them it holds nothing.
type scratch struct {
	lowering filter.Lowering
	cell     cell // of a filter that is laid out
	entering cell // of what was pending
	body     []byte
	record   record
	identity []byte
}

// Snapshot is the filters of an Index as they stood at one moment. It never changes: any goroutine
// may match with it, with a Probe of its own, without a lock.
type Snapshot struct {
	hasher   hasher
	catalog  catalog
	few      bool // so that evaluating them all is faster: all are scanned
	small    bool // so that it is in the processor's cache anyhow
	pages    directory
	trees    vector[*node]
	matchers vector[filter.Matcher] // by id, of filters that an entry leaves the decision to
	scanned  []scanned
}

// scanned is a filter that is evaluated on every message.
type scanned struct {
	id      int
	matcher filter.Matcher
}

// numbered is a filter and its number.
type numbered struct {
	id     int
	filter filter.Filter
}

// IDMax is the highest number that a filter may have.
const IDMax = idMax

// New makes an empty index whose filters intern their keys in keys.
func New(keys *property.Keys) *Index { return newIndex(keys, usualLimits()) }

func newIndex(keys *property.Keys, limits limits) *Index {
	ix := &Index{
		keys: keys, limits: limits, edition: 1, scans: make(map[int]bool),
		columns: make(map[string]*column), schemas: make(map[string]uint32),
	}
	ix.now = Snapshot{few: true, hasher: newHasher(), pages: newDirectory(limits.page, ix.edition)}
	ix.now.catalog.shapes = newShapes(0, &ix.limits)
	return ix
}

// Len returns how many filters there are.
func (ix *Index) Len() int { return ix.count }

// Add adds a filter under a number that no other one has, from 0 to IDMax: low ones, because memory
// grows with the highest.
func (ix *Index) Add(id int, f filter.Filter) error {
	if id < 0 || id > IDMax {
		return fmt.Errorf("index: a filter's number is %d, want 0 to %d", id, IDMax)
	}
	ix.count++
	ix.last = nil
	if ix.now.few {
		ix.addEarly(id, f)
	} else if !ix.add(id, f) {
		ix.scan(id, f)
	}
	return nil
}

// addEarly adds a filter while they are few. When they no longer are, all go to cells.
func (ix *Index) addEarly(id int, f filter.Filter) {
	ix.early = append(ix.early, numbered{id, f})
	ix.scan(id, f)
	if len(ix.early) <= ix.limits.few {
		return
	}
	ix.now.few, ix.now.scanned = false, nil
	clear(ix.scans)
	for _, e := range ix.early {
		if !ix.add(e.id, e.filter) {
			ix.scan(e.id, e.filter)
		}
	}
	ix.early = nil
}

// Remove takes away the filter that was added under the number; f must be that filter.
func (ix *Index) Remove(id int, f filter.Filter) {
	ix.count--
	ix.last = nil
	ix.enterPending()
	if ix.scans[id] {
		ix.unscan(id)
	} else {
		ix.take(id, f)
	}
	if ix.count == 0 {
		ix.now.few = true
	}
}

// Snapshot returns the filters as they stand. What was added since the last one is entered now; what
// must be copied is copied by the changes after it.
func (ix *Index) Snapshot() *Snapshot {
	if ix.last == nil {
		ix.enterPending()
		s := ix.now
		s.small = s.pages.count < ix.limits.small
		ix.last = &s
		ix.edition++
	}
	return ix.last
}

// scan puts a filter among those that are evaluated on every message.
func (ix *Index) scan(id int, f filter.Filter) {
	ix.scans[id] = true
	// A snapshot that shares the list does not see what comes after its end.
	ix.now.scanned = append(ix.now.scanned, scanned{id, filter.Compile(f, ix.keys)})
}

func (ix *Index) unscan(id int) {
	delete(ix.scans, id)
	ix.early = slices.DeleteFunc(ix.early, func(e numbered) bool { return e.id == id })
	all := slices.Clone(ix.now.scanned)
	ix.now.scanned = slices.DeleteFunc(all, func(s scanned) bool { return s.id == id })
}

package index

import (
	"github.com/millrace/millrace/filter"
	"github.com/millrace/millrace/internal/layout"
	"github.com/millrace/millrace/property"
)

// Probe is the memory that a goroutine matches with, and what it came across. It belongs to one
// goroutine at a time and serves any number of indexes; the zero value is ready.
type Probe struct {
	// NotNumbers counts values that a numeric comparison could not read: for each message once, but
	// for filters that are evaluated as a whole, each of which counts its own.
	NotNumbers uint64

	batch   []prepared
	index   []uint32 // of properties that have a column, by place; of all messages of the batch
	column  []uint32 // beside index
	numbers []number // beside index
	hashes  []uint64
	found   []candidate
	hits    []int // of the batch
	ends    []int // of hits, by message
	filter  filter.Probe
	touched int // see touch

	folded   []byte   // a text in one case
	doubtful []uint32 // entries of the message that only their filters can confirm

	shapes   []*shape // memory for those of the batch that are not kept
	spare    int      // how many of them are not in use
	met      uint32   // how many shapes were worked out
	building numbers  // for that
}

// begin makes the probe ready for other messages.
func (p *Probe) begin() {
	p.batch, p.found = p.batch[:0], p.found[:0]
	p.spare = len(p.shapes)
}

func (p *Probe) spareShape() *shape {
	p.met++
	if p.spare == 0 {
		p.shapes = append(p.shapes, new(shape))
		return p.shapes[len(p.shapes)-1]
	}
	p.spare--
	return p.shapes[p.spare]
}

// number is a property's number, read when it is first wanted.
type number struct {
	n     float64
	state numberState
}

type numberState uint8

const (
	unread numberState = iota
	isNumeric
	notNumeric
)

// prepared is a message of a batch whose schemas are known.
type prepared struct {
	shape       *shape
	first, last int // places
	found       int // where its candidates end
}

// candidate is a cell to look for.
type candidate struct {
	hash uint64
	step uint32
}

// room makes room for n places.
func (p *Probe) room(n int) {
	if len(p.index) < n {
		p.index = grown(p.index, 2*n)
		p.column = grown(p.column, 2*n)
		p.numbers = grown(p.numbers, 2*n)
	}
}

// matching is one message being matched.
type matching struct {
	s       *Snapshot
	p       *Probe
	v       *property.View
	shape   *shape
	index   []uint32 // the message's
	numbers []number
}

func (m *matching) value(place uint32) []byte { return layout.View(*m.v).Value(int(m.index[place])) }

func (m *matching) number(place uint32) (float64, bool) {
	n := &m.numbers[place]
	if n.state == unread {
		m.read(n, place)
	}
	return n.n, n.state == isNumeric
}

func (m *matching) read(n *number, place uint32) {
	var ok bool
	n.state = isNumeric
	if n.n, ok = filter.ParseNumber(m.value(place)); !ok {
		n.state = notNumeric
		m.p.NotNumbers++
	}
}

func (m *matching) evaluate(id int) bool {
	return m.s.matchers.get(uint32(id)).Match(*m.v, &m.p.filter) == filter.True
}

// grown returns a slice of at least n items; those it had not are zero.
func grown[T any](s []T, n int) []T {
	if len(s) < n {
		s = append(s, make([]T, n-len(s))...)
	}
	return s
}

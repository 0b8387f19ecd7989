package index

import (
	"github.com/millrace/millrace/filter"
	"github.com/millrace/millrace/property"
	"github.com/millrace/millrace/routing/index/workload"
)

// bed is an index of a workload's filters, and messages.
type bed struct {
	work  workload.Workload
	n     int
	keys  *property.Keys
	index *Index
	views []property.View
}

// messages are so many that the processor's cache does not hold what they match.
const messages = 1 << 16

func newBed(w workload.Workload, n int) *bed {
	b := &bed{work: w, n: n, keys: property.NewKeys(0)}
	to := workload.NewWriter(b.keys, messages)
	for i := range messages {
		b.views = append(b.views, to.Write(w.Message(i, n)))
	}
	b.index = New(b.keys)
	for i := range n {
		b.add(i, b.filter(i))
	}
	return b
}

func (b *bed) filter(i int) filter.Filter { return b.work.Filter(i, b.n).Millrace() }

func (b *bed) add(i int, f filter.Filter) {
	if err := b.index.Add(i, f); err != nil {
		panic(err)
	}
}

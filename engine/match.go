package engine

import (
	"github.com/millrace/millrace/internal/arena"
	"github.com/millrace/millrace/property"
	"github.com/millrace/millrace/routing"
)

// match routes one message: hits are then the targets with a filter that it goes to.
func (p *Publisher) match(v property.View) {
	r := &p.plan.route
	p.matchPart(&p.own, r.Own, v)
	p.matchPart(&p.any, r.Any, v)
	p.noteNumbers()
}

func (p *Publisher) matchPart(o *outlet, part *routing.Part[*link], v property.View) {
	if part.Filters() {
		p.numbers = part.Match(v, o.probe, p.numbers[:0])
		p.hit(o, part, p.numbers)
	}
}

// hit adds the targets of links with a filter to hits.
func (p *Publisher) hit(o *outlet, part *routing.Part[*link], numbers []int) {
	for _, n := range numbers {
		t := o.targets.find(uint32(n))
		if t == nil {
			t = p.bind(o, n, part.Target(n))
		}
		if t.flow != nil {
			p.hits = append(p.hits, t)
		}
	}
}

// matchAll routes the messages of a batch: see hitsOf.
func (p *Publisher) matchAll() {
	r := &p.plan.route
	if r.Own.Filters() {
		r.Own.MatchBatch(p.views, p.own.probe)
	}
	if r.Any.Filters() {
		r.Any.MatchBatch(p.views, p.any.probe)
	}
	p.noteNumbers()
}

// hitsOf returns which targets with a filter want the i-th message of the batch.
func (p *Publisher) hitsOf(n *plan, i int) []*target {
	p.hits = p.hits[:0]
	if n.route.Own.Filters() {
		p.hit(&p.own, n.route.Own, p.own.probe.Hits(i))
	}
	if n.route.Any.Filters() {
		p.hit(&p.any, n.route.Any, p.any.probe.Hits(i))
	}
	return p.hits
}

// noteNumbers notes what the filters could not read as numbers.
func (p *Publisher) noteNumbers() {
	if n := p.own.notNumbers() + p.any.notNumbers(); n != p.notNumbers.Load() {
		p.notNumbers.Store(n)
	}
}

func (o *outlet) notNumbers() uint64 {
	if o.probe == nil {
		return 0
	}
	return o.probe.NotNumbers
}

// layOut puts a routed message into the stage of each sink.
func (p *Publisher) layOut(n *plan, m arena.Message, hits []*target) {
	for _, t := range n.always {
		p.put(t, m)
	}
	for _, t := range hits {
		p.put(t, m)
	}
}

func (p *Publisher) put(t *target, m arena.Message) {
	if len(t.stage) == 0 {
		p.staged = append(p.staged, t)
	}
	t.stage = append(t.stage, entry{m, t.flow})
}

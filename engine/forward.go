package engine

import (
	"context"

	"github.com/millrace/millrace/message"
)

// Forward publishes messages that the caller holds, as they are and in order: the sinks share them
// with everyone who holds them, and nothing is copied. The caller's own hold stays the caller's. The
// errors are ErrClosed, ErrCycle, and ErrForeign for a message of another engine; then no sink has
// any of them. The memory is that of the module which wrote the message until the last holder
// releases it.
func (p *Publisher) Forward(ctx context.Context, batch []message.Message) error {
	if err := p.refuses(); err != nil {
		return err
	}
	for _, m := range batch {
		if !m.Of(p.shard) {
			return ErrForeign
		}
	}
	n := p.current()
	bump(&n.unsealed, len(batch))
	sent := 0
	for _, m := range batch {
		p.hits = p.hits[:0]
		if n.filters() {
			p.hits = n.match(m.Properties(), p.hits)
		}
		sinks := n.route.Always + len(p.hits)
		if sinks > 0 {
			m.Share(sinks)
			p.layOut(n, m)
		}
		sent += sinks
	}
	return cycleError(p.offerStaged(ctx, n), sent)
}

// layOut puts a routed message into the stage of each sink.
func (p *Publisher) layOut(n *plan, m message.Message) {
	for i := range n.targets[:n.route.Always] {
		t := &n.targets[i]
		t.stage = append(t.stage, entry{m, t.flow})
	}
	for _, i := range p.hits {
		t := &n.targets[i]
		t.stage = append(t.stage, entry{m, t.flow})
	}
}

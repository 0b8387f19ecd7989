package engine

import (
	"context"

	"github.com/millrace/millrace/internal/arena"
	"github.com/millrace/millrace/message"
)

// Forward publishes messages that the caller holds, as they are and in order: the sinks share them
// with everyone who holds them, and nothing is copied. The caller's own hold stays the caller's. The
// errors are ErrClosed, ErrCycle, that of a context that is done already, and ErrForeign for a message
// of another engine; then no sink has any of them. The memory is that of the module which wrote the
// message until the last holder releases it.
func (p *Publisher) Forward(ctx context.Context, batch []message.Message) error {
	if err := p.refusesNow(ctx); err != nil {
		return err
	}
	for _, m := range batch {
		if !arena.Message(m).Of(p.shard) {
			return ErrForeign
		}
	}
	n := p.current()
	bump(&p.unsealed, len(batch))
	if n.filters {
		p.views = p.views[:0]
		for _, m := range batch {
			p.views = append(p.views, m.Properties())
		}
		p.matchAll()
	}
	sent := 0
	for i, m := range batch {
		m := arena.Message(m)
		hits := p.hitsOf(n, i)
		sinks := len(n.always) + len(hits)
		if sinks > 0 {
			m.Share(sinks)
			p.layOut(n, m, hits)
		}
		sent += sinks
	}
	return cycleError(p.offerStaged(ctx), sent)
}

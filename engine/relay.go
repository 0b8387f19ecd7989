package engine

// Relay makes the publisher wait only where its module's handler might: it publishes, on a goroutine
// of the module's own, what came of messages that the handler has passed on, and the handler in its
// turn may wait for that. A process outside that answers over a socket is an example: while it waits
// to send, it does not read. Without Relay such modules in a circle of links can stand still, for the
// engine does not know that the two goroutines depend on each other. With it, in a circle, messages
// above a full sink's capacity go into its overflow, and beyond that are dropped, counted as cycle,
// with ErrCycle; and Claim returns message.ErrExhausted instead of waiting for memory. So it does
// while a message of the module is out that somebody has retained or forwarded, and while what went
// along links that are gone may close the circle: the package comment has the rules, and what they ask
// of programs. Call it before the first Claim.
func (p *Publisher) Relay() {
	p.engine.mu.Lock()
	defer p.engine.mu.Unlock()
	p.relays = true
	if !p.closed {
		p.engine.relays[p] = struct{}{}
	}
}

// mayAwaitMemory tells whether the relay may wait for memory of its module: if none of the module's
// messages is anywhere but on the way along the module's links, and that way leads to nobody who may
// wait for the module. See the package comment.
func (p *Publisher) mayAwaitMemory() bool {
	if p.module.arena.Escaped() {
		return false
	}
	e := p.engine
	e.mu.Lock()
	defer e.mu.Unlock()
	s := e.snapshot.Load()
	if p.plan == nil || p.plan.snapshot != s {
		p.replanAt(s) // so that it does not itself keep a link that is gone
	}
	if !p.plan.unlooped { // else fewer links are in use since, if anything
		p.plan.unlooped = !s.InLoop(p.module.name, e.lingering())
	}
	return p.plan.unlooped
}

// lingering returns which sinks each source may still have messages on the way to, along links that
// were removed. Engine.mu is held.
func (e *Engine) lingering() map[string][]string {
	var more map[string][]string
	for _, k := range e.retired {
		for source, f := range k.flows {
			if f.atRest() {
				continue
			}
			if more == nil {
				more = make(map[string][]string)
			}
			more[source.name] = append(more[source.name], k.name.sink)
		}
	}
	return more
}

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
	if p.role == outside {
		p.role = ofRelay
	}
	if p.role == ofRelay && !p.closed.Load() {
		p.engine.relays[p] = struct{}{}
	}
}

// unlooped tells whether the module is in no loop of the links, and of those that are gone and not at
// rest: L+ of the package comment.
func (p *Publisher) unlooped() bool {
	e := p.engine
	e.mu.Lock()
	defer e.mu.Unlock()
	s := e.snapshot.Load()
	if p.plan == nil || p.plan.snapshot != s {
		p.replanAt(s) // so that it does not itself keep a link that is gone
	}
	if p.plan.unlooped != s { // else fewer links are in use since, if anything
		if s.InLoop(p.module.name, e.lingering()) {
			return false
		}
		p.plan.unlooped = s
	}
	return true
}

// lingering returns which sinks each source may still have messages on the way to, or send some,
// along links that were removed. Engine.mu is held.
func (e *Engine) lingering() map[string][]string {
	more := make(map[string][]string)
	add := func(source *Module, k *link) { more[source.name] = append(more[source.name], k.name.sink) }
	for k := range e.retired {
		for source, f := range k.flows {
			if f.queued() {
				add(source, k)
			}
		}
		if k.inUse() {
			e.eachPublisher(func(p *Publisher) {
				if p.mayUse(k) {
					add(p.module, k)
				}
			})
		}
	}
	return more
}

// inUse tells whether some plan leads along a removed link. Engine.mu is held.
func (k *link) inUse() bool { return k.ledger.between(k.from, k.until).plans > 0 }

// mayUse tells whether the publisher's plan leads along a removed link. Engine.mu is held.
func (p *Publisher) mayUse(k *link) bool {
	n := p.plan
	return n != nil && !n.nowhere && n.moment >= k.from && n.moment < k.until &&
		(k.source == p.module || k.source == nil && !n.route.Hides(k.name.sink))
}

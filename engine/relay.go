package engine

// Relay makes the publisher wait only where its module's handler might: it publishes, on a goroutine
// of the module's own, what came of messages that the handler has passed on, and the handler in its
// turn may wait for that. A process outside that answers over a socket is an example: while it waits
// to send, it does not read. Without Relay such modules in a circle of links can stand still, for the
// engine does not know that the two goroutines depend on each other. With it, in a circle, messages
// above a full sink's capacity go into its overflow, and beyond that are dropped, counted as cycle,
// with ErrCycle; and Claim returns message.ErrExhausted instead of waiting for memory. Call it before
// the first Claim.
func (p *Publisher) Relay() {
	p.engine.mu.Lock()
	defer p.engine.mu.Unlock()
	p.relays = true
	if !p.closed {
		p.engine.relays[p] = struct{}{}
	}
}

// inLoop tells whether some message of the module can come back to it, as the links stand.
func (p *Publisher) inLoop() bool { return p.engine.snapshot.Load().InLoop(p.module.name) }

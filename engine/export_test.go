package engine

// Held returns how many messages of all modules somebody holds.
func (e *Engine) Held() (int, error) { return e.heldMessages() }

// Memory returns how many of the module's messages somebody holds, and how many bytes it has
// reserved for messages.
func (m *Module) Memory() (held int, bytes int64) {
	held, _ = m.arena.Held()
	return held, m.arena.Stats().Bytes
}

// Pairs returns the links that stand, in no order.
func (e *Engine) Pairs() (list []Pair) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for name, k := range e.links {
		if k.explicit {
			list = append(list, Pair{name.source, name.sink})
		}
	}
	return list
}

// KeeperArmed tells whether the engine is going to look for memory to give back.
func (e *Engine) KeeperArmed() bool { return e.keeper.armed.Load() }

// Waits tells whether the publisher waits for room at a sink, or for memory.
func (p *Publisher) Waits() bool { return p.waiting.Load() != 0 }

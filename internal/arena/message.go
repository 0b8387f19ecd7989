package arena

import "github.com/millrace/millrace/internal/layout"

// Message is a handle on a published message: copy it freely. Whoever is given one (a handler, for
// the length of its call) may read it; Retain keeps it alive for longer. All its bytes are shared
// with other holders and must not be written to. The zero Message holds nothing.
type Message struct {
	tag tag // empty but in assertion builds
	b   *block
}

// IsZero tells whether the handle holds no message.
func (m Message) IsZero() bool { return m.b == nil }

// Properties returns a view of the properties, valid as long as the message is held.
func (m Message) Properties() layout.View {
	m.check()
	if m.b == nil {
		return layout.View{}
	}
	return m.b.View()
}

// Property returns the value of a property, valid as long as the message is held.
func (m Message) Property(name string) (value []byte, ok bool) {
	return m.Properties().Lookup(name)
}

// Content returns the content, valid as long as the message is held.
func (m Message) Content() []byte {
	m.check()
	if m.b == nil {
		return nil
	}
	return m.b.Content()
}

// Wire returns the whole message in the data format of Azure IoT Edge v1 (see the package
// comment), valid as long as the message is held.
func (m Message) Wire() []byte {
	m.check()
	if m.b == nil {
		return nil
	}
	return m.b.Image()
}

// Size returns how many bytes Wire has.
func (m Message) Size() int {
	m.check()
	if m.b == nil {
		return 0
	}
	return m.b.Size()
}

// Retain adds a holder; each Retain wants one Release. Only a holder may call it.
func (m Message) Retain() {
	m.check()
	if m.b == nil {
		return
	}
	m.retained()
	m.b.escape()
	m.b.shares.Add(1)
}

// Share adds holders, each of whom owes one Release. Only a holder may call it.
func (m Message) Share(holders int) {
	m.check()
	if m.b == nil {
		return
	}
	m.retained()
	m.b.escape()
	m.b.shares.Add(int32(holders))
}

// Of tells whether the message was published in the shard's engine.
func (m Message) Of(s *Shard) bool { return m.b != nil && m.b.home.arena.keys == s.arena.keys }

// Release gives one hold up; the last one sends the block home. Any goroutine may call it.
func (m Message) Release() {
	var r Returns
	r.Release(m)
	r.Flush()
}

// Returns collects released messages and sends them home in chains: one atomic operation for each
// run of messages from the same shard. It belongs to one goroutine; the zero value is ready.
type Returns struct {
	home        *Shard
	first, last *block // a chain, last released first
	count       int    // of the chain
}

// Release gives one hold up. The block may wait in r until Flush.
func (r *Returns) Release(m Message) {
	m.check()
	b := m.b
	if b == nil {
		return
	}
	// SYNC POINT: release. A holder that sees no other was preceded by the others' last reads.
	if b.shares.Load() > 0 {
		if b.shares.Add(-1) >= 0 {
			return
		}
		b.shares.Store(0) // two were last at once, and this one came second
	}
	if b.Out == home {
		panic("message: released more often than held")
	}
	token := b.arrive()
	b.recapture()
	m.last()
	if token != nil {
		token.Done()
	}
	if int(b.Class) == large {
		b.home.releaseLarge(b)
		return
	}
	if r.home != b.home {
		r.Flush()
		r.home = b.home
		r.last = b
	}
	b.next = r.first
	r.first = b
	r.count++
}

// Flush sends home what is waiting.
func (r *Returns) Flush() {
	if r.first != nil {
		r.home.giveBack(r.first, r.last, r.count)
	}
	*r = Returns{}
}

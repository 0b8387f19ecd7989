package completion

import "sync"

// maxDepth is how many merges may stand on each other: beyond it a merged token is made of the
// questions themselves, so that what goes round in a cycle leads no tail behind it.
const maxDepth = 16

// Pool keeps tokens that nobody uses. Any goroutine may use it; the zero value is ready.
type Pool struct{ tokens sync.Pool }

func (p *Pool) get() *Token {
	if t, ok := p.tokens.Get().(*Token); ok {
		return t
	}
	return &Token{pool: p}
}

func (p *Pool) put(t *Token) {
	clear(t.parents)
	*t = Token{pool: p, parents: t.parents[:0]}
	p.tokens.Put(t)
}

// Merge returns a token that stands for all of the given ones, one hold on which is the caller's: the
// token itself where there is one only, nil where there is none. Nil tokens count for nothing, and
// one that follows itself counts once. The caller holds all of them, and goes on holding them.
func Merge(tokens []*Token) *Token {
	first, others := (*Token)(nil), false
	for _, t := range tokens {
		if t == nil {
			continue
		}
		others = others || (first != nil && t != first)
		if first == nil {
			first = t
		}
	}
	if first == nil {
		return nil
	}
	if !others {
		first.Hold(1)
		return first
	}
	m := first.pool.get()
	for _, t := range tokens {
		m.descend(t)
	}
	m.holders.Store(1)
	if m.depth > maxDepth {
		m.flatten()
	}
	for _, parent := range m.parents {
		parent.Hold(1)
	}
	return m
}

// descend makes a token a parent, unless it was the last one already.
func (t *Token) descend(parent *Token) {
	n := len(t.parents)
	if parent == nil || n > 0 && t.parents[n-1] == parent {
		return
	}
	t.parents = append(t.parents, parent)
	t.depth = max(t.depth, parent.depth+1)
}

// flatten replaces the parents by the questions that they stand for in the end.
func (t *Token) flatten() {
	seen, open := make(map[*Token]bool), t.parents
	t.parents, t.depth = nil, 1
	for len(open) > 0 {
		last := open[len(open)-1]
		open = open[:len(open)-1]
		switch {
		case seen[last]:
		case last.inbox != nil:
			t.parents = append(t.parents, last)
		default:
			open = append(open, last.parents...)
		}
		seen[last] = true
	}
}

package engine

import (
	"context"

	"github.com/millrace/millrace/message"
)

// Handler receives a module's messages. Calls are serial, on a goroutine of the engine's. The
// messages and the slice are valid until Receive returns; Retain keeps a message for longer. out
// publishes what the handler has to say; it is valid during the call and on its goroutine only. ctx
// is cancelled when the module must stop at once.
type Handler interface {
	Receive(ctx context.Context, out *Publisher, batch []message.Message)
}

// HandlerFunc is a function as a Handler.
type HandlerFunc func(ctx context.Context, out *Publisher, batch []message.Message)

// Receive calls f.
func (f HandlerFunc) Receive(ctx context.Context, out *Publisher, batch []message.Message) {
	f(ctx, out, batch)
}

// Fail says that the handler whose own publisher this is could not do its work with messages of the
// call under way. When the call ends they are counted as dropped (Dropped.Error), whatever else
// becomes of it, dead letters are made of them, and who asked about them learns that they failed.
// Messages that the call is not about, and other publishers, are let be.
func (p *Publisher) Fail(messages ...message.Message) {
	if p.progress == nil {
		return
	}
	next := 0
	for _, m := range messages {
		next = p.progress.fail(m, next)
	}
}

// Each makes a Handler of a function that takes one message at a time. When that function panics this
// costs the one message, and when it ends its goroutine (runtime.Goexit) none: the module's handler is
// called again with those behind it. Another handler may call this one, with any messages that it
// holds; then a panic ends that handler's call, and of its batch all is counted as failed that this
// one had not returned from.
func Each(f func(ctx context.Context, out *Publisher, m message.Message)) Handler { return each(f) }

type each func(ctx context.Context, out *Publisher, m message.Message)

// Receive implements Handler.
func (f each) Receive(ctx context.Context, out *Publisher, batch []message.Message) {
	p := out.progressOf()
	p.enter()
	defer p.leave()
	outer := p.one
	for _, m := range batch {
		p.reach(m)
		f(ctx, out, m)
		p.pass()
		p.one = outer
	}
}

// progressOf returns what Each keeps: of a handler's publisher its progress, else one that nobody
// looks at.
func (p *Publisher) progressOf() *progress {
	if p == nil || p.progress == nil {
		return &progress{}
	}
	return p.progress
}

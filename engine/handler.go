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

// Each makes a Handler of a function that takes one message at a time.
func Each(f func(ctx context.Context, out *Publisher, m message.Message)) Handler {
	return HandlerFunc(func(ctx context.Context, out *Publisher, batch []message.Message) {
		for i, m := range batch {
			out.handling = i
			f(ctx, out, m)
		}
	})
}

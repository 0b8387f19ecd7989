// Package module is the contract between a gateway and the author of a module.
//
// A module implements Module and whichever of the optional interfaces it needs. Its life, in order:
//
//	Configure   checks the arguments; opens nothing, starts nothing
//	Open        acquires what the module needs (files, sockets)           Opener
//	  -- the module joins the broker; from here on Receive may be called --
//	Start       begins to publish; long work goes into Host.Go            Starter
//	Receive     one message or one batch at a time, never concurrently    Receiver, BatchReceiver
//	Drain       waits for answers to what it has received                 Drainer
//	Stop        ceases to publish                                         Stopper
//	  -- the broker drains what is still on its way; then the module leaves it --
//	Close       releases what Open acquired                               Closer
//
// Every module of a gateway is configured before the first is opened, opened and attached in the
// order of the document, started in that order, and closed in the reverse order. They are stopped as
// the links lead on: a module when what was on its way to it has arrived, or half of the time to stop
// has passed. If Open or Start fails, Close is still called on every module whose Open returned nil. Each call has
// its time; a module of which something has not returned is named, and nothing else of it is called.
package module

import (
	"context"
	"encoding/json"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/message"
)

// Module is what every module implements. A Module value serves one module instance, once.
type Module interface {
	// Configure takes the module's arguments, as JSON (null when the document has none), already
	// checked against the Spec's Args. It checks the rest, keeps what it needs and returns a
	// fault.Fault, a fault.List or any other error. It opens nothing and starts nothing.
	Configure(args json.RawMessage) error
}

// Opener acquires what a module needs before its first message. host.Publisher is not available
// yet; host.Log, host.Name, host.Stdin, host.Stdout are.
type Opener interface {
	Open(ctx context.Context, host Host) error
}

// Starter begins to publish. Start returns soon: what goes on belongs into host.Go.
type Starter interface {
	Start(ctx context.Context, host Host) error
}

// Receiver takes one message at a time. Calls are serial and may begin before Start. The message
// is valid until Receive returns; Retain keeps it longer. out is the publisher to answer with; it
// is valid during the call only. An error is logged (rate-limited) and counted, and the message counts
// as failed: the run is a failure then, and whoever asked about the message is told.
type Receiver interface {
	Receive(ctx context.Context, out *engine.Publisher, m message.Message) error
}

// BatchReceiver takes a batch at a time instead; it wins over Receiver. The slice is valid until
// ReceiveBatch returns. An error means that all of the batch has failed, unless it is a BatchError.
type BatchReceiver interface {
	ReceiveBatch(ctx context.Context, out *engine.Publisher, batch []message.Message) error
}

// Drainer is a module that answers later, or from elsewhere, to what it has received. Drain is called
// before Stop, when nothing is on its way to the module any more, where links lead on from it: it
// returns when no more answers are to be expected, and at the latest when ctx is done.
type Drainer interface {
	Drain(ctx context.Context) error
}

// Reopener opens the files anew that it writes, wherever their names lead now: so that what has moved
// them away can go on. Reopen is called after Start, never while Receive runs.
type Reopener interface {
	Reopen(ctx context.Context) error
}

// Stopper ceases to publish, and releases the messages that the module has retained, or has
// them released by its handler as it drains; messages may still arrive until Close. By then the context of the
// host's Go tasks has been cancelled; they are waited for after Stop returns.
type Stopper interface {
	Stop(ctx context.Context) error
}

// Closer releases what Open acquired. No message arrives any more.
type Closer interface {
	Close() error
}

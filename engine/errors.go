package engine

import "errors"

// Why the engine refused. The errors of a message's contents are those of package message.
var (
	// ErrClosed: the engine, the module or the publisher is closed or closing.
	ErrClosed = errors.New("engine: closed")
	// ErrCycle: no sink took the message; those that were full stand in a cycle of links with the
	// publishing handler or relay, which therefore must not wait for them, and the overflow is at its
	// cap.
	ErrCycle = errors.New("engine: cycle full")
	// ErrForeign: the draft was claimed from another publisher.
	ErrForeign = errors.New("engine: draft of another publisher")
	// ErrName: a module's name is empty, "*", longer than 256 bytes or holds a control character.
	ErrName = errors.New("engine: bad module name")
	// ErrCapacity: a module's capacity is above MaxCapacity.
	ErrCapacity = errors.New("engine: capacity too large")
	// ErrDuplicate: the module or link is there already.
	ErrDuplicate = errors.New("engine: already there")
	// ErrUnknown: there is no such module or link.
	ErrUnknown = errors.New("engine: unknown")
	// ErrNoHandler: the sink receives no messages.
	ErrNoHandler = errors.New("engine: module has no handler")
	// ErrDelivery: the delivery contradicts itself or another link of the same pair.
	ErrDelivery = errors.New("engine: contradicting delivery")
	// ErrInHandler: the call would wait for the very handler that made it.
	ErrInHandler = errors.New("engine: called from a handler")
	// ErrLeft: Close or Detach reached its deadline with messages undelivered or a handler busy.
	ErrLeft = errors.New("engine: not drained in time")
	// ErrQuestions: as many questions are open as the Completions allows.
	ErrQuestions = errors.New("engine: too many questions open")
	// ErrUnreleased: messages were retained and never released.
	ErrUnreleased = errors.New("engine: messages not released")
)

// Package engine is the broker: modules publish messages, links and filters route them, and each
// module's handler receives its own, one batch at a time.
//
// # The journey of a message
//
// A publisher claims a draft from its own share of its module's memory (claim.go), writes it and
// publishes it (publish.go): the links as they stand give the sinks (route.go), the message is
// counted and queued at each (queue.go), the sink's handler receives it (receive.go), and the last
// holder's release sends the memory home. Nothing on that way allocates, and nothing waits but
// where a link says so, or where the module's memory is at its cap.
//
// # Promises
//
// Each is held by a test of its name.
//
//   - Order: per publisher and sink, messages are received in the order of publication, whatever
//     happens to links and their delivery meanwhile.
//   - Exactly once: of a message whose Publish returned nil, each sink that its links led to when
//     Publish began receives it exactly once, or it is counted on that link with the reason why
//     not. A publish that began before Unlink returned may still arrive; none that begins later does.
//   - Serial: a module's handler is never entered while it runs.
//   - Immutable: all sinks read the same bytes, which never change once published.
//   - Alive until released: a message's memory is not used again while anybody holds it, and Close
//     counts what was not released.
//   - Back-pressure: a full sink makes the publisher wait, or wait for a time, or drops the newest or
//     the oldest, as the link says. Every drop is counted.
//   - No deadlock: see below.
//   - Live change: links and modules that come and go lose, duplicate and reorder nothing on the
//     links that stay. Apply makes any number of changes to links at one moment, or none.
//   - Isolation: a handler that panics, under ModuleOptions.OnPanic, harms nobody else, and loses
//     only what it panicked over, which is counted as failed: see Each. One that ends its goroutine
//     ends its call only. A module that hangs can be found
//     (Calls) and put into quarantine, where nobody waits for it any more.
//   - Dead letters: what any link drops goes to the sink of DeadLetter as a copy that says why, but
//     for dead letters themselves.
//   - Drain: Close delivers what is on its way, and returns within its context's deadline with a
//     count of what was left.
//
// What does not hold: a panic in a goroutine that a module has started itself ends the program, as
// Go has it, and so does one in a handler without OnPanic.
//
// # Why nothing deadlocks
//
// Who waits in the engine? A publisher, for room at a sink, and for memory. Outside handlers both
// are harmless: nothing that a sink needs to go on waits for such a publisher; one that its module's
// handler may wait for says so (Relay), and then counts as that handler. A handler's claim
// never waits for memory; it is refused with message.ErrExhausted. A handler's publish waits for
// room only if no message it sends to that sink can come back to it along the links as they stand:
// that is, if the sink is in another strongly connected component of the link graph. So handlers
// wait only down an acyclic graph of components, and those at its bottom wait for nobody. Where a
// handler must not wait, its messages go into memory beside the ring, up to a cap of bytes, and
// beyond that they are dropped, counted as cycle, and Publish returns ErrCycle if no sink took the
// message. The argument needs the links as they stand now, not as they stood when the wait began:
// therefore every change of links wakes the handlers that wait, and they ask again. A handler may
// also use other publishers than its own: before it would wait the engine asks which goroutine it
// is on, and a handler that publishes for another module, which no link shows, never waits.
// Close and Detach wait for handlers, so a handler cannot close its engine, and Detach does not
// wait when called from one.
//
// # What is lock-free
//
// Claim, Publish, PublishBatch, the handler's side and Release take no lock while there is room and
// the links stand. They are not lock-free in the strict sense of the theory: a publisher that the
// system deschedules within the few instructions between claiming a place in a ring and filling it
// holds back what is queued behind it. Attach, Detach, Link, Unlink, Stats, and the first publish
// after a change of links take one mutex.
package engine

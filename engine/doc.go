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
//   - Memory has a cap that holds: a module's messages take no more than Options.Memory and 4 KiB for
//     each of its publishers, who share it: what is free anywhere serves whoever asks first. What can
//     never fit is refused by name.
//   - Memory comes back: what a burst took, and nobody has needed since, is given back to Go within a
//     minute, what a publisher took when it is closed, and its messages released.
//   - Back-pressure: a full sink makes the publisher wait, or wait for a time, or drops the newest or
//     the oldest, as the link says. Every drop is counted.
//   - Fair: among sources of one sink whose links drop the oldest, and that always have something to
//     offer, in batches of one size, none gets less than half of its fair share of 10,000 deliveries:
//     the sink takes as much of each in turn, and larger batches do not bring more. Publishers that
//     wait are woken in the order in which they came, and room goes to the first that takes it; but one
//     that was woken and found none keeps its place, and the rest of its batch comes before all that
//     did not wait, those included that would drop; only others like it may be faster. Who publishes
//     more at once, or runs more, gets more. So it is where the newest is dropped. Where
//     policies are mixed, sources that drop the oldest and overflow queues yield to the ring: of the
//     former a batch in all is taken out for each ring's worth, of the latter all that there was. So
//     none of the three is shut out by another.
//   - No deadlock: see below.
//   - Live change: links and modules that come and go lose, duplicate and reorder nothing on the
//     links that stay. Apply makes any number of changes to links at one moment, or none.
//   - Isolation: a handler that panics, under ModuleOptions.OnPanic, harms nobody else, and loses
//     only what it panicked over, which is counted as failed: see Each. One that ends its goroutine
//     ends its call only. A module that hangs can be found
//     (Calls) and put into quarantine, where nobody waits for it any more.
//   - Dead letters: what any link drops goes to the sink of DeadLetter as a copy that says why, but
//     for dead letters themselves.
//   - Completion: who asks about a message is told once, when its last sink and all that was made of it
//     on the way are done with it, and what the worst was: see Completions.
//   - Drain: Close delivers what is on its way, and returns within its context's deadline with a
//     count of what was left.
//
// With a context that is done before, nothing is claimed or queued and its error comes back. One that
// ends while a publish waits ends the wait: what is not queued then is counted as cancelled. So a
// program that stops because its context is done publishes what it still has with another one.
//
// What does not hold: a panic in a goroutine that a module has started itself ends the program, as
// Go has it, and so does one in a handler without OnPanic.
//
// # Why nothing deadlocks
//
// A module can be kept from going on by three kinds of waits. Its party is its handler and its relays
// (Publisher.Relay).
//
//	room    a publish of its party waits for room at a sink
//	memory  a claim of its relay waits for the module's memory
//	user    its handler's own code waits for one of its relays
//
// A handler's claim never waits; it is refused with message.ErrExhausted. Publishers outside the party
// may wait for room and for memory. No rule holds them, for nobody waits for them but as line 5 says.
// There are two graphs of modules:
//
//	L   the links as they stand
//	L+  L, and the links that were removed and are not at rest: a publisher's plan still leads along
//	    them, or what went along them is queued at the sink or in its handler's hands
//
// A message has escaped if somebody has retained or forwarded it and it is still out. The rules:
//
//	R  A's party waits for room at B only while A -> B is in L and B is in another strongly connected
//	   component of L. A handler that publishes for another module, which no link shows, never waits.
//	M  A's relay waits for memory only while A is in no loop of L+ and no message of A's has escaped.
//	W  What makes the answer to R or M another wakes, after it can be seen, all who wait by it, and
//	   they ask again; and who is about to wait stands in line before it asks for the last time.
//
// And three things are asked of programs:
//
//	P1  A handler waits for nothing but its own module's relays, and what ends without the engine.
//	P2  A goroutine that a handler may wait for publishes by relays of that one module only, and does
//	    not wait for a module to be detached.
//	P3  Who holds a draft publishes or aborts it before waiting for anything else, be it memory for a
//	    second draft.
//
// Then no modules stand still for ever because of each other:
//
//	1  Say that some do, S, and that each of S has a wait of its party that never ends.
//	2  All of S have asked since the last change that concerned them, by W. So at one moment the
//	   answers to all of R and M were yes.
//	3  Let A wait for room at B. A -> B is in L, by R. Only B's handler makes room, so it does not go
//	   on: by P1 it waits for room, or for a relay of B that waits for room or memory. So B is in S.
//	4  Let A's relay wait for memory, and so whoever is first in line for it. Drafts of those in line
//	   leave the first enough, or one is refused (message.ErrOpenDrafts), and other drafts end, by P3.
//	   So it waits for messages of A's whose publish has begun. None has escaped, by M: so each is on
//	   the way from A to sinks that links of A led to, and none of these links is at rest.
//	5  If such a message is with a publisher of A, one of the party or not, that waits for room at some
//	   B, then A's plan leads to B, so A -> B is in L+; and B is in S, as in 3.
//	6  Else it is queued at some B or in the hands of B's handler, so A -> B is in L+. If B's handler
//	   went on, it would give it up. So it does not, and B is in S, as in 3.
//	7  By 3, 5 and 6 each module of S has an edge of L+ to another of S, or to itself. So there is a
//	   loop of such edges, one from each module of the loop.
//	8  If a module of the loop waits for memory, it is in a loop of L+, and the answer to M was no.
//	9  If all of them wait for room, all edges of the loop are in L, its modules are in one component,
//	   and the answers to R were no. Either way that contradicts 2.
//
// As to W: the answer to R depends on L alone, and a change of L wakes whoever waits for room (SYNC
// POINT: waiting). The answer to M depends on L+ and on what has escaped. L+ has a new edge only when L
// has, for nobody makes a plan that leads along a removed link, and one that is at rest remains so; a
// change of L wakes the claims of relays, and so does an escape (SYNC POINT: escape). L and L+ are read
// under the lock under which links change. Links that change again before those who were woken have
// asked again, and do so for ever, are beyond this argument; then it is not the modules that stand.
//
// Where the rules say no, a message for a full sink goes into memory beside the ring, up to a cap of
// bytes, and beyond that it is dropped, counted as cycle, and Publish returns ErrCycle if no sink took
// the message; a claim is refused with message.ErrExhausted. Rule M is strict while a removed link is
// not at rest, which a publisher that has not published since, nor was closed, can keep it from.
//
// A handler may also use other publishers than its own: before it would wait the engine asks which
// goroutine it is on. Close and Detach wait for handlers, so a handler cannot close its engine, and
// Detach does not wait when called from one.
//
// # What is lock-free
//
// Claim, Publish, PublishBatch, the handler's side and Release take no lock while there is room and
// the links stand. They are not lock-free in the strict sense of the theory: a publisher that the
// system deschedules within the few instructions between claiming a place in a ring and filling it
// holds back what is queued behind it. Attach, Detach, Link, Unlink, Stats, the first publish after a
// change of links that leads its source elsewhere, and the first message that goes where none of its
// publisher's went, take one mutex. A change costs what it changes, whatever else is there.
package engine

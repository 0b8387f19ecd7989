// Package outprocess runs modules in processes of their own, in any language, over the wire of
// Azure IoT Edge v1: what v1's documents call the outprocess loader.
//
// # Who does what
//
// The remote module listens at its control address; the gateway connects, sends CREATE with the
// module's arguments and the message address, and repeats it until the REPLY. Then it connects to
// the message address, sends START, and messages go both ways. DESTROY is the end. Package wire has
// the bytes, package remote the other side in Go.
//
// A remote that does not reply at once may be waiting for somebody to read what it sends: one of v1 that a
// killed gateway left in the middle of a send does, and knows no other address than the message.id it had.
// So the gateway connects there while CREATE is unanswered, and publishes what comes.
//
// # While the remote is away
//
// It may come late, detach, die, or be killed; the gateway connects, CREATEs and STARTs it anew as
// soon as it is back, and launches it anew, at growing intervals, if it is the gateway's child.
// Meanwhile messages wait in the module's queue in the engine, as many as its capacity says, and
// what is beyond does what its link's delivery says: the publisher waits, or the newest or oldest
// is dropped and counted. Nothing is kept outside the engine but the batch in hand. Start does not wait
// for the remote; one that has not come within StartTimeout is an error of the module's (ErrAbsent),
// which makes the gateway's run a failure, though the gateway goes on, and goes on trying.
//
// # What is known of a message
//
// v1's wire has no acknowledgement. A message is handed over when the system has taken all its
// bytes for the remote; nothing of ours queues behind that. What could not be handed over is handed
// to the next remote, in order. If a remote is lost, or does not follow DESTROY, all that was handed
// over since its CREATE is counted as unconfirmed: it may have been read, or not. So
//
//	delivered (by the engine)       = handed over
//	failed (by the engine, "error") = too large + not handed over
//
// where the last is what the handler held in its hands when the gateway had no more time to stop.
// Frames of more than 1 MiB are not sent (ErrTooLarge): v1's remotes lose them, and with them the
// connection. What comes from the remote is published by the module, in order, and waits as the
// links say; frames that are no messages, or too large for one, are refused and counted.
//
// # Limits
//
// While the gateway stops, answers to what was handed over are published until none has come for a
// quarter of a second; those that come later, or when half of the time to stop has passed, come too
// late to be published, and are counted. A process that waits to send does not read, so in a circle of
// links what a remote sends never waits for a full sink, as what a handler sends does not: it goes
// into the sink's overflow, and beyond that is dropped and counted as cycle (engine.Publisher.Relay).
// What the module's memory has no
// room for in a circle is refused and counted.
//
// A module whose document says restart.hang goes into quarantine when its remote is there but does not
// read for that long. One that is away may be away for as long as it likes.
//
// Prefer ipc. Over tcp, where the buffers of both sides are full, Linux from 6.17 on may drop the
// acknowledgements with what does not fit, and the connection stands still until one side reads: a
// remote that does not read while it waits to send, and has small buffers, as nanomsg's are, can meet
// that under load.
//
// Neither side proves who it is. At sockets of the file system, on Linux, processes of other users than
// our own and root are refused, but for Remote.PeerUID; elsewhere the folder's permissions decide.
// Loopback ports are guarded by nothing.
package outprocess

// Package sp connects two processes as nanomsg's pair sockets do, byte for byte: a handshake, then
// frames with their length in front, over ipc or over tcp on loopback.
//
// It stands on the transports of mangos, which know those bytes, and leaves mangos' sockets out.
// Those have queues, send in the background and connect again by themselves; here a Send that
// returns nil has handed the frame to the system, one that fails has not, and who connects when is
// the caller's to say. That is what makes the count of what was handed over exact.
//
// On Windows ipc is named pipes, as it is for nanomsg; elsewhere it is sockets of the file system.
package sp

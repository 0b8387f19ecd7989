// Package arena has a message's memory and life, for engines. What a module's author sees of it is
// package message, whose types are this one's with fewer methods: the engine converts between them.
//
// A message is a list of string properties and a block of content. It is written as a Draft by one
// goroutine, sealed when it is published, and from then on never changes. A Message is a small
// handle, passed by value, that shares the sealed block with every other holder; the last Release
// sends the block home to the Shard it came from.
//
// # Memory
//
// An Arena holds the memory of one module's messages under one byte cap. A Shard is the part of it
// that one publisher owns. Blocks come in size classes from 256 bytes to 68 KiB; a message larger than
// that has bytes for itself alone, under the same cap. While nobody is short of memory:
//
//	Claim    enters the owner's session, one compare-and-swap, and takes ready blocks without more
//	Count    ends the session, once for a batch, by the store that makes the messages count
//	Release  sends blocks home in chains: one atomic operation for each run of one shard's
//
// and blocks are used again first in, first out: the longest-rested lines are no longer in a reader's
// cache. A header stays with its shard, where a stale handle may look at it; it is images that move.
//
// # Under pressure
//
// Who finds no memory of its own, no stock and no bytes under the cap looks through the shards that have
// something free: what has come home, and what is ready where no session is. An image of the right class
// is taken as it is, others are dropped for their bytes. Who still has nothing waits, if its gate lets
// it, in a line that is served in order, from what comes home: so a large request is not passed by small
// ones for ever. A request costs what it takes, and what comes home is looked at once. It is refused
//
//	ErrBeyondMemory  if it is larger than the cap
//	ErrOpenDrafts    if so much is in drafts of those who wait that the first in line could never be served
//	ErrExhausted     if its gate does not let it wait
//
// Beyond the cap each shard has a block of its own, of 2 KiB at most, so that whoever has no message
// out can send a small one; with what the shard itself takes that is MaxOwn.
//
// # Giving back
//
// Trim drops what was free for the time between two calls and was not needed in it. A shard that is
// closed, and an arena that is retired, let what is free go at once and the rest as it comes home.
//
// # Layout of a block
//
// The bytes are the data format of Azure IoT Edge v1, big endian, so that a message leaves for
// another process, a disk or a network as it stands:
//
//	A1 60 | u32 total | u32 nprops | (key NUL value NUL)* | u32 length | content
//	0       2           6            10
//
// # Misuse
//
// Writing to a Draft that was published panics, as does releasing a message more often than it was
// held. Built with the tag assert, every method of a released message panics and names the stacks
// that took and released it, released bytes are poisoned, a checksum taken at publication is
// verified at the last release, and what is never released is named by the stack that took it.
package arena

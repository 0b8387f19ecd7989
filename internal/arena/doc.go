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
// that one publisher owns: claiming takes a free block from the shard without a lock, an
// allocation or a write that others see. Blocks come in size classes from 256 bytes to 68 KiB; a
// message larger than that has its bytes from the heap while it lives, charged to the same cap.
// Released blocks come back in chains, so that a batch costs one atomic operation per shard, and
// are used again first in, first out: the longest-rested lines are no longer in a reader's cache. An
// arena that is retired lets memory go as messages come home.
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

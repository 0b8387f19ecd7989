// Package message has the message as a module sees it: the Draft that is written, and the Message
// that is published.
//
// A message is a list of string properties and a block of content. It is written as a Draft by one
// goroutine, and from its publication on never changes. A Message is a small handle, passed by value,
// that shares the same bytes with every other holder; they live until the last Release.
//
// Drafts come from a publisher (Claim), messages from a handler's call.
//
// # Wire format
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
package message

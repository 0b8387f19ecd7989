// Package wire reads and writes what Azure IoT Edge v1 sends between a gateway and its remote
// modules: data frames, which carry a message each, and control frames, which make, start and end
// a remote module. All numbers are big endian.
//
//	data     A1 60 | u32 total | u32 nprops | (key NUL value NUL)* | u32 length | content
//	         0       2           6            10
//	control  A1 6C | version 01 | type | u32 total | body
//	         0       2            3      4           8
//	CREATE   type 1: 01 (version of data frames) | 10 (pair) | u32 size uri NUL | u32 size args NUL
//	REPLY    type 2: status
//	START    type 3: nothing
//	DESTROY  type 4: nothing
//
// Reading is exact: total is the frame's length, nothing trails, sizes fit 31 bits, the texts of a
// CREATE end in the only NUL they have, and no key comes twice. So what was read, written again,
// gives the same bytes. A mistake is a FormatError that names the byte. Reading never takes memory
// because a number in the frame says so, and what is read points into the frame.
//
// A published message.Message has its data frame already: see its Wire method.
package wire

// ReceiveMax is the longest frame, in bytes, that a nanomsg socket takes unless it was told
// otherwise. v1's remote modules were not: what is longer is lost there, and with it the connection.
const ReceiveMax = 1 << 20

// Package layout has a message as it lies in memory: how its header and its image are laid out, how
// they are written and how they are read. It knows no engine and no other message; whose memory it is
// and who may touch it when is package arena's affair.
//
// # The image
//
// The bytes are the data format of Azure IoT Edge v1, big endian, so that a message leaves for
// another process, a disk or a network as it stands:
//
//	A1 60 | u32 total | u32 nprops | (key NUL value NUL)* | u32 length | content
//	0       2           6            10
//
// # The header
//
// A Record says where in the image what stands. It is the larger part of a block's header, which has
// two cache lines on 64-bit platforms: the arena's fields and these fill the first, the properties the
// second. A property takes one entry of three 16-bit numbers there; where its key begins follows from
// where the one before ended.
//
//	 0         24      48     52        56      58      59    60
//	| arena's | image | size | content | bound | count | out | escaped |
//	 64                          112     120    124
//	| 8 x (id, value, end: u16) | annex | keys | room | class | state |
//
// What has no room there (more than eight properties, keys with larger numbers, images beyond 64 KiB,
// the first mistake) stands in an Annex: nearly all records share one that holds what is the same for
// all of an arena, and one that needs more gets its own.
package layout

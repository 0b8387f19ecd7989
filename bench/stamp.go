package bench

import "encoding/binary"

// stamp is what a message says about itself, in one property. Values of properties hold no NUL, so
// each byte carries seven bits, with the highest bit set:
//
//	┌───────┬──────────────────┬─────────────┐
//	│ label │ sequence, 8 B    │ due, 8 B    │
//	└───────┴──────────────────┴─────────────┘
type stamp struct {
	label    byte   // below 128
	sequence uint64 // below 2^56
	due      uint64 // intended send time, ns since the run began, below 2^56 (two years)
}

const (
	stampBytes = 17
	marks      = 0x8080808080808080
)

func (s stamp) put(into *[stampBytes]byte) {
	into[0] = s.label | 0x80
	binary.LittleEndian.PutUint64(into[1:], spread(s.sequence))
	binary.LittleEndian.PutUint64(into[9:], spread(s.due))
}

// readStamp returns the stamp, or false if b is none.
func readStamp(b []byte) (stamp, bool) {
	if len(b) != stampBytes {
		return stamp{}, false
	}
	sequence := binary.LittleEndian.Uint64(b[1:])
	due := binary.LittleEndian.Uint64(b[9:])
	if b[0]&0x80 == 0 || sequence&due&marks != marks {
		return stamp{}, false
	}
	return stamp{b[0] &^ 0x80, gather(sequence), gather(due)}, true
}

// spread gives each 7 of the lower 56 bits a byte of their own: by halves, quarters, eighths.
func spread(x uint64) uint64 {
	x = x&0x0000_0000_0FFF_FFFF | x&0x00FF_FFFF_F000_0000<<4
	x = x&0x0000_3FFF_0000_3FFF | x&0x0FFF_C000_0FFF_C000<<2
	x = x&0x007F_007F_007F_007F | x&0x3F80_3F80_3F80_3F80<<1
	return x | marks
}

// gather undoes spread.
func gather(x uint64) uint64 {
	x &^= marks
	x = x&0x007F_007F_007F_007F | x&0x7F00_7F00_7F00_7F00>>1
	x = x&0x0000_3FFF_0000_3FFF | x&0x3FFF_0000_3FFF_0000>>2
	return x&0x0000_0000_0FFF_FFFF | x&0x0FFF_FFFF_0000_0000>>4
}

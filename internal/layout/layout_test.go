package layout

import (
	"testing"
	"unsafe"
)

// The record ends where a block's second cache line does; its properties fill that line. On 64-bit
// platforms an arena puts 24 bytes of its own before it.
func TestTheRecordFillsTwoLines(t *testing.T) {
	const before = 24
	var r Record
	if unsafe.Sizeof(uintptr(0)) != 8 {
		t.Skip("pointers have another size")
	}
	for name, c := range map[string]struct{ got, want uintptr }{
		"buf":     {unsafe.Offsetof(r.buf), 24 - before},
		"size":    {unsafe.Offsetof(r.size), 48 - before},
		"count":   {unsafe.Offsetof(r.count), 58 - before},
		"entries": {unsafe.Offsetof(r.entries), 64 - before},
		"annex":   {unsafe.Offsetof(r.annex), 112 - before},
		"keys":    {unsafe.Offsetof(r.keys), 120 - before},
		"the end": {unsafe.Sizeof(r), 128 - before},
		"entry":   {unsafe.Sizeof(entry{}), 6},
	} {
		if c.got != c.want {
			t.Errorf("%s is at %d, want %d", name, c.got, c.want)
		}
	}
}

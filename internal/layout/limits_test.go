package layout

import "testing"

// Limits that an int32 of the wire format could not hold are cut, never negative on 32 bits.
func TestLimitsHaveLimits(t *testing.T) {
	most := int(^uint(0) >> 1)
	l := Limits{most, most, most}.withDefaults()
	if l.Properties != 1<<20 || int64(l.PropertyBytes)+int64(l.Content)+headerBytes+lengthBytes > 1<<31-1 {
		t.Fatalf("%+v", l)
	}
}

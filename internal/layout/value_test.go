package layout

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

// Values of every length, with a NUL at every place and none, among bytes that are a bit away from one.
func TestValuesAreCopiedAndLookedThrough(t *testing.T) {
	for n := range 40 {
		for _, filling := range []string{"a", "\x01", "\x80", "\x81", "\xff"} {
			value := strings.Repeat(filling, n)
			checkCopied(t, value, true)
			for i := range n {
				checkCopied(t, value[:i]+"\x00"+value[i+1:], false)
			}
		}
	}
}

func checkCopied(t *testing.T, value string, clean bool) {
	t.Helper()
	around := bytes.Repeat([]byte{'.'}, len(value)+2)
	to := around[1 : 1+len(value)]
	if got := copyValue(to, value); got != clean || string(around) != "."+value+"." {
		t.Errorf("%q: clean %v, copied %q", value, got, around)
	}
}

// Keys shorter and longer than what is written of a key at once, at every place of the memory.
func TestKeysOfEveryLengthAtEveryPlace(t *testing.T) {
	keys := NewKeys(0)
	for n := range 2*headBytes + 2 {
		key := keys.Intern(strings.Repeat("k", n))
		for size := headerBytes; size < 3*headBytes+2*n; size++ {
			r := new(Record)
			r.Init(NewAnnex(keys, Limits{}))
			r.SetBuffer(make([]byte, size))
			r.Reset()
			if !r.SetUint(key, 7) && !r.Put(key.ID(), key.Name(), "7") {
				continue // no room
			}
			k, value := r.View().At(0)
			if string(k) != key.Name() || string(value) != "7" || r.Size() != headerBytes+n+3 {
				t.Fatal(fmt.Sprint(n, " in ", size), string(k), string(value), r.Size())
			}
		}
	}
}

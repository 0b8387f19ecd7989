package file_test

import (
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"
	"time"
)

// TestChunksDoNotMatter: what arrives does not depend on how much a read brings.
func TestChunksDoNotMatter(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	random := rand.New(rand.NewPCG(seed, 0))
	parts := []string{
		"a", "b", "1", ",", ",", ";", "\"", "\"", "\n", "\n", "\r", "\r\n", " ", "#", "\t", "\x00", "{\"a\":1}", "[1]",
		"\xef\xbb\xbf", "\xff\xfe", "\xfe\xff", "ä", "\xf0\x9f\x98\x80", "\xd8",
	}
	for _, args := range []string{
		`"format":"lines"`, `"format":"jsonl"`, `"format":"csv"`, `"format":"csv","header":"none","trim":true`,
		`"format":"csv","header":["x","y"],"skipLines":1,"comment":"#","delimiter":";"`,
		`"format":"lines","encoding":"utf-16be"`,
	} {
		for range 60 {
			var text strings.Builder
			for range random.IntN(30) {
				text.WriteString(parts[random.IntN(len(parts))])
			}
			whole := arrived(t, args, strings.NewReader(text.String()))
			for _, in := range []io.Reader{byByte(text.String()), iotest.HalfReader(strings.NewReader(text.String()))} {
				if got := arrived(t, args, in); got != whole {
					t.Fatalf("seed %d, %s, %q:\n got %s\nwant %s", seed, args, text.String(), got, whole)
				}
			}
		}
	}
}

// arrived reads a text and returns the messages, and whether a bad header was in the way.
func arrived(t *testing.T, args string, in io.Reader) string {
	t.Helper()
	rig, err := tryReading(t, args, in)
	var b strings.Builder
	for _, m := range rig.Collected() {
		fmt.Fprintf(&b, "%q %v\n", m.Content, m.Properties)
	}
	return b.String() + fmt.Sprint(err)
}

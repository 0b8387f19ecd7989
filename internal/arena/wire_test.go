package arena

import (
	"bytes"
	"encoding/hex"
	"strings"
	"testing"
)

// The images are those that Azure IoT Edge v1 itself writes.
func TestWireImages(t *testing.T) {
	text := func(s string) string { return hex.EncodeToString([]byte(s)) }
	for _, c := range []struct {
		name, content string
		pairs         []string
		want          string
	}{
		{"telemetry", "message 0", []string{"source", "mapping", "deviceName", "d1"},
			"a160 00000034 00000002" + text("source\x00mapping\x00deviceName\x00d1\x00") +
				"00000009" + text("message 0")},
		{"hello world", "hello world", []string{"helloWorld", "from Azure IoT Gateway SDK simple sample!"},
			"a160 0000004e 00000001" + text("helloWorld\x00from Azure IoT Gateway SDK simple sample!\x00") +
				"0000000b" + text("hello world")},
		{"one of each", "hi", []string{"k", "v"}, "a160 00000014 00000001 6b00 7600 00000002 6869"},
		{"empty", "", nil, "a160 0000000e 00000000 00000000"},
		{"empty key and value", "", []string{"", ""}, "a160 00000010 00000001 00 00 00000000"},
		{"any bytes", "\x00\xff", []string{"\xfe", "\x01\xff"},
			"a160 00000015 00000001 fe00 01ff00 00000002 00ff"},
	} {
		t.Run(c.name, func(t *testing.T) {
			want, err := hex.DecodeString(strings.ReplaceAll(c.want, " ", ""))
			if err != nil {
				t.Fatal(err)
			}
			s := newTestShard()
			m := write(t, s, []byte(c.content), c.pairs...)
			defer m.Release()
			if !bytes.Equal(m.Wire(), want) || m.Size() != len(want) {
				t.Fatalf("got  %x\nwant %x", m.Wire(), want)
			}
			if cap(m.Wire()) != len(want) || cap(m.Content()) != len(c.content) {
				t.Fatal("a reader that appends would write into the block")
			}
		})
	}
}

func TestContentNeverSetIsEmpty(t *testing.T) {
	s := newTestShard()
	d := claim(t, s)
	if d.Content() != nil || d.Properties().Len() != 0 {
		t.Fatal("a fresh draft holds something")
	}
	d.Set("a", "1")
	m := seal(t, d, 1)
	defer m.Release()
	pairs, content, err := parse(m.Wire())
	if err != nil || len(content) != 0 || len(pairs) != 1 {
		t.Fatal(pairs, content, err)
	}
}

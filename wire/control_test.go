package wire_test

import (
	"bytes"
	"encoding/hex"
	"testing"

	"github.com/millrace/millrace/wire"
)

func controls() map[string]wire.Control {
	const args = `"THIS IS THE OOP MODULE CONFIGURATION"`
	address := "ipc:///tmp/v1i.message"
	return map[string]wire.Control{
		"a16c0101 00000050 01 10 00000017" + hex.EncodeToString([]byte(address)) + "00" +
			"00000027" + hex.EncodeToString([]byte(args)) + "00": {
			Type: wire.Create, Address: address, Args: args,
		},
		"a16c0101 00000014 01 10 00000001 00 00000001 00": {Type: wire.Create},
		"a16c0102 00000009 00":                            {Type: wire.Reply},
		"a16c0102 00000009 01":                            {Type: wire.Reply, Status: wire.NoConnection},
		"a16c0102 00000009 02":                            {Type: wire.Reply, Status: wire.NotCreated},
		"a16c0102 00000009 ff":                            {Type: wire.Reply, Status: wire.Detached},
		"a16c0103 00000008":                               {Type: wire.Start},
		"a16c0104 00000008":                               {Type: wire.Destroy},
	}
}

func TestControlFramesAreReadAndWrittenExactly(t *testing.T) {
	for text, c := range controls() {
		frame := unhex(t, text)
		if got, err := wire.ParseControl(frame); err != nil || got != c {
			t.Errorf("%s is %+v, %v; want %+v", text, got, err, c)
		}
		written, err := wire.AppendControl([]byte("before"), c)
		if err != nil || !bytes.Equal(written, append([]byte("before"), frame...)) {
			t.Errorf("%+v became %x, %v; want %s", c, written, err, text)
		}
	}
}

func TestBrokenControlFramesAreRefusedAtTheirPlace(t *testing.T) {
	for name, c := range map[string]struct {
		hex    string
		offset int
	}{
		"nothing":                {"", 0},
		"short":                  {"a16c0103 000000", 7},
		"data":                   {"a160 0000000e 00000000 00000000", 0},
		"version":                {"a16c0203 00000008", 2},
		"type 0":                 {"a16c0100 00000008", 3},
		"type 5":                 {"a16c0105 00000008", 3},
		"total":                  {"a16c0103 00000009", 4},
		"trailing":               {"a16c0103 00000008 00", 4},
		"START with a body":      {"a16c0103 00000009 00", 4},
		"DESTROY with a body":    {"a16c0104 00000009 00", 4},
		"REPLY without":          {"a16c0102 00000008", 4},
		"REPLY with two":         {"a16c0102 0000000a 0000", 4},
		"CREATE without":         {"a16c0101 00000008", 8},
		"CREATE cut off":         {"a16c0101 00000009 01", 9},
		"CREATE version":         {"a16c0101 00000014 02 10 00000001 00 00000001 00", 8},
		"CREATE socket":          {"a16c0101 00000014 01 20 00000001 00 00000001 00", 9},
		"no address":             {"a16c0101 0000000a 01 10", 10},
		"size 0":                 {"a16c0101 00000014 01 10 00000000 00 00000001 00", 10},
		"size beyond":            {"a16c0101 00000014 01 10 00000007 00 00000001 00", 10},
		"size negative":          {"a16c0101 00000014 01 10 ffffffff 00 00000001 00", 10},
		"address without an end": {"a16c0101 00000014 01 10 00000001 61 00000001 00", 14},
		"NUL in the address":     {"a16c0101 00000016 01 10 00000003 006100 00000001 00", 14},
		"no arguments":           {"a16c0101 0000000f 01 10 00000001 00", 15},
		"trailing in CREATE":     {"a16c0101 00000015 01 10 00000001 00 00000001 00 00", 20},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := wire.ParseControl(unhex(t, c.hex))
			expect(t, err, c.offset)
			if got != (wire.Control{}) {
				t.Errorf("and returned %+v", got)
			}
		})
	}
}

func TestControlFramesThatCannotBeWritten(t *testing.T) {
	for name, c := range map[string]wire.Control{
		"no type":             {},
		"NUL in the address":  {Type: wire.Create, Address: "a\x00"},
		"NUL in the argument": {Type: wire.Create, Args: "\x00"},
	} {
		buf, err := wire.AppendControl([]byte("before"), c)
		if err == nil || string(buf) != "before" {
			t.Errorf("%s: %q, %v", name, buf, err)
		}
	}
}

package wire_test

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/millrace/millrace/wire"
)

// sample is a frame and what it says.
type sample struct {
	name, hex  string
	properties []wire.Property
	content    string
}

func samples() []sample {
	return []sample{
		{"empty", "a160 0000000e 00000000 00000000", nil, ""},
		{
			"one", "a160 00000014 00000001 6b00 7600 00000002 6869",
			[]wire.Property{{Key: "k", Value: "v"}}, "hi",
		},
		{
			"data", "a160 00000034 00000002 736f7572636500 6d617070696e6700 6465766963654e616d6500 " +
				"643100 00000009 6d6573736167652030",
			[]wire.Property{{Key: "source", Value: "mapping"}, {Key: "deviceName", Value: "d1"}},
			"message 0",
		},
		{
			"hello", "a160 0000004e 00000001 68656c6c6f576f726c6400" +
				hex.EncodeToString([]byte("from Azure IoT Gateway SDK simple sample!")) + "00" +
				"0000000b" + hex.EncodeToString([]byte("hello world")),
			[]wire.Property{{Key: "helloWorld", Value: "from Azure IoT Gateway SDK simple sample!"}},
			"hello world",
		},
		{"an empty key and value", "a160 00000010 00000001 0000 00000000", []wire.Property{{}}, ""},
		{
			"NUL in the content", "a160 00000010 00000000 00000002 0000", nil, "\x00\x00",
		},
	}
}

func unhex(t testing.TB, text string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(text, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func list(m wire.Message) []wire.Property {
	var all []wire.Property
	for key, value := range m.Properties() {
		all = append(all, wire.Property{Key: string(key), Value: string(value)})
	}
	return all
}

func TestMessagesAreReadAndWrittenExactly(t *testing.T) {
	for _, s := range samples() {
		t.Run(s.name, func(t *testing.T) {
			frame := unhex(t, s.hex)
			m, err := wire.ParseMessage(frame)
			if err != nil {
				t.Fatal(err)
			}
			got := fmt.Sprint(list(m), string(m.Content()))
			if want := fmt.Sprint(s.properties, s.content); got != want || m.Len() != len(s.properties) {
				t.Errorf("read %s, want %s; %d properties", got, want, m.Len())
			}
			written, err := wire.AppendMessage([]byte("before"), s.properties, []byte(s.content))
			if err != nil || !bytes.Equal(written, append([]byte("before"), frame...)) {
				t.Errorf("wrote %x, %v; want %x", written, err, frame)
			}
		})
	}
}

func TestBrokenMessagesAreRefusedAtTheirPlace(t *testing.T) {
	for name, c := range map[string]struct {
		hex    string
		offset int
	}{
		"nothing":                   {"", 0},
		"short":                     {"a160 0000000d 00000000 000000", 13},
		"control":                   {"a16c 0000000e 00000000 00000000", 0},
		"other":                     {"0000 0000000e 00000000 00000000", 0},
		"total too small":           {"a160 0000000d 00000000 00000000", 2},
		"total too large":           {"a160 0000000f 00000000 00000000", 2},
		"total negative":            {"a160 ffffffff 00000000 00000000", 2},
		"trailing byte":             {"a160 0000000e 00000000 00000000 00", 2},
		"trailing byte in total":    {"a160 0000000f 00000000 00000000 00", 10},
		"properties missing":        {"a160 0000000e 00000001 00000000", 6},
		"properties negative":       {"a160 0000000e ffffffff 00000000", 6},
		"key without end":           {"a160 00000014 00000001 6b6b 6b6b 6b6b 6b6b 6869", 10},
		"key ends in the length":    {"a160 00000010 00000001 6b6b 00000000", 10},
		"value without end":         {"a160 00000014 00000001 6b00 7676 7676 6b6b 6869", 12},
		"length beyond":             {"a160 00000014 00000001 6b00 7600 00000003 6869", 14},
		"length short":              {"a160 00000014 00000001 6b00 7600 00000001 6869", 14},
		"length negative":           {"a160 0000000e 00000000 80000000", 10},
		"a key twice":               {"a160 00000016 00000002 6b00 7600 6b00 7600 00000000", 14},
		"the empty key twice":       {"a160 00000012 00000002 0000 0000 00000000", 12},
		"one property fewer":        {"a160 00000014 00000000 6b00 7600 00000002 6869", 10},
		"a key's NUL counts as end": {"a160 00000010 00000001 0000 00000001", 12},
	} {
		t.Run(name, func(t *testing.T) {
			m, err := wire.ParseMessage(unhex(t, c.hex))
			expect(t, err, c.offset)
			if m.Len() != 0 || m.Content() != nil {
				t.Errorf("and returned %v", m)
			}
		})
	}
}

func expect(t *testing.T, err error, offset int) {
	t.Helper()
	var wrong wire.FormatError
	if !errors.As(err, &wrong) || wrong.Offset != offset || wrong.Want == "" {
		t.Fatalf("got %v, want a mistake at byte %d with its remedy", err, offset)
	}
}

func TestWhatCannotBeWrittenIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		properties []wire.Property
		offset     int
	}{
		"NUL in a key":   {[]wire.Property{{Key: "a", Value: "b"}, {Key: "c\x00", Value: ""}}, 15},
		"NUL in a value": {[]wire.Property{{Key: "a", Value: "b\x00"}}, 13},
		"a key twice":    {[]wire.Property{{Key: "a", Value: "b"}, {Key: "a", Value: "c"}}, 14},
	} {
		t.Run(name, func(t *testing.T) {
			buf, err := wire.AppendMessage([]byte("before"), c.properties, nil)
			expect(t, err, c.offset)
			if string(buf) != "before" {
				t.Errorf("and left %q behind", buf)
			}
		})
	}
}

// many makes properties with keys of their own; the one at twice, if any, has the key of the first.
func many(n, twice int) []wire.Property {
	all := make([]wire.Property, n)
	for i := range all {
		all[i] = wire.Property{Key: fmt.Sprintf("key%d", n-i), Value: "v"}
	}
	if twice > 0 {
		all[twice].Key = all[0].Key
	}
	return all
}

func TestAKeyTwiceAmongMany(t *testing.T) {
	for _, n := range []int{2, 16, 17, 1000} {
		frame, err := wire.AppendMessage(nil, many(n, 0), nil)
		if err != nil {
			t.Fatal(err)
		}
		if m, err := wire.ParseMessage(frame); err != nil || m.Len() != n {
			t.Fatalf("%d: %d, %v", n, m.Len(), err)
		}
		for _, twice := range []int{1, n / 2, n - 1} {
			if _, err := wire.AppendMessage(nil, many(n, twice), nil); err == nil {
				t.Errorf("%d properties, of which number %d has the first one's key, were written", n, twice)
			}
		}
	}
}

func TestReadingFewPropertiesAllocatesNothing(t *testing.T) {
	frame, err := wire.AppendMessage(nil, many(16, 0), []byte("content"))
	if err != nil {
		t.Fatal(err)
	}
	n := testing.AllocsPerRun(100, func() {
		m, err := wire.ParseMessage(frame)
		if err != nil {
			t.Fatal(err)
		}
		for key := range m.Properties() {
			if len(key) == 0 {
				t.Fatal("an empty key")
			}
		}
	})
	if n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// A frame that is mostly announcements must not make the reader take memory for them.
func TestAnnouncementsTakeNoMemory(t *testing.T) {
	frame := unhex(t, "a160 00000014 00000000 6b00 7600 00000002 6869")
	n := testing.AllocsPerRun(100, func() {
		for _, at := range []int{2, 6, 14} {
			broken := [20]byte(frame)
			binary.BigEndian.PutUint32(broken[at:], 1<<31-1)
			if _, err := wire.ParseMessage(broken[:]); err == nil {
				t.Fatal("accepted")
			}
		}
	})
	if n > 30 { // for the errors
		t.Errorf("%v allocations", n)
	}
}

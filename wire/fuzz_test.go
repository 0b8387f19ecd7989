package wire_test

import (
	"bytes"
	"runtime"
	"strings"
	"testing"

	"github.com/millrace/millrace/wire"
)

// What is read is written as it was; what is refused is no panic, and neither takes more memory
// than the frame is long.
func FuzzParseMessage(f *testing.F) {
	for _, s := range samples() {
		f.Add(unhex(f, s.hex))
	}
	frame, err := wire.AppendMessage(nil, many(20, 0), []byte("content"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(frame)
	f.Fuzz(func(t *testing.T, frame []byte) {
		before := bytes.Clone(frame)
		m, err := wire.ParseMessage(frame)
		if err != nil {
			return
		}
		written, err := wire.AppendMessage(nil, list(m), m.Content())
		if err != nil || !bytes.Equal(written, frame) || !bytes.Equal(frame, before) {
			t.Fatalf("%x became %x, %v", before, written, err)
		}
	})
}

// A frame made of any texts is read as it was meant.
func FuzzAppendMessage(f *testing.F) {
	f.Add("source\x01mapping\x01deviceName\x01d1", []byte("message 0"))
	f.Add("", []byte{})
	f.Add("a\x01b\x01a\x01c", []byte{0})
	f.Fuzz(func(t *testing.T, texts string, content []byte) {
		var properties []wire.Property
		all := strings.Split(texts, "\x01")
		for i := 0; i+1 < len(all); i += 2 {
			properties = append(properties, wire.Property{Key: all[i], Value: all[i+1]})
		}
		frame, err := wire.AppendMessage(nil, properties, content)
		if err != nil {
			if !mistaken(properties) {
				t.Fatalf("%q refused: %v", properties, err)
			}
			return
		}
		m, err := wire.ParseMessage(frame)
		if err != nil || mistaken(properties) || !bytes.Equal(m.Content(), content) {
			t.Fatalf("%q, %q became %x: %v", properties, content, frame, err)
		}
		for i, p := range list(m) {
			if p != properties[i] {
				t.Fatalf("%q became %q", properties[i], p)
			}
		}
	})
}

func mistaken(properties []wire.Property) bool {
	seen := make(map[string]bool)
	for _, p := range properties {
		if seen[p.Key] || strings.Contains(p.Key+p.Value, "\x00") {
			return true
		}
		seen[p.Key] = true
	}
	return false
}

func FuzzParseControl(f *testing.F) {
	for text := range controls() {
		f.Add(unhex(f, text))
	}
	f.Fuzz(func(t *testing.T, frame []byte) {
		c, err := wire.ParseControl(frame)
		if err != nil {
			return
		}
		written, err := wire.AppendControl(nil, c)
		if err != nil || !bytes.Equal(written, frame) {
			t.Fatalf("%x became %x, %v", frame, written, err)
		}
	})
}

// The worst frame for the reader's memory: as many properties as fit.
func TestReadingTakesNoMoreMemoryThanTheFrame(t *testing.T) {
	frame, err := wire.AppendMessage(nil, many(100_000, 0), nil)
	if err != nil {
		t.Fatal(err)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if _, err := wire.ParseMessage(frame); err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	if took := after.TotalAlloc - before.TotalAlloc; took > uint64(len(frame)) {
		t.Errorf("%d bytes taken for a frame of %d", took, len(frame))
	}
}

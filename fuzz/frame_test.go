package fuzz

import (
	"bytes"
	"encoding/binary"
	"errors"
	"slices"
	"testing"

	"github.com/millrace/millrace/internal/arena"
	"github.com/millrace/millrace/property"
	"github.com/millrace/millrace/wire"
)

// FuzzFrame: a data frame is accepted if and only if a naive decoder accepts it, and then says the
// same; it takes no more memory than it is long; and the message that has its properties and content
// has its bytes.
func FuzzFrame(f *testing.F) {
	for _, frame := range frames(f) {
		f.Add(frame)
	}
	f.Fuzz(func(t *testing.T, frame []byte) { checkFrame(t, frame) })
}

func checkFrame(t *testing.T, frame []byte) {
	t.Helper()
	var m wire.Message
	var err error
	checkAllocation(t, len(frame), func() { m, err = wire.ParseMessage(frame) })
	properties, content, ok := naiveFrame(frame)
	if ok != (err == nil) {
		t.Fatalf("%x: the naive decoder says %v, wire says %v", frame, ok, err)
	}
	if err != nil {
		checkOffset(t, frame, err)
		return
	}
	if !slices.Equal(listed(m), properties) || !bytes.Equal(m.Content(), content) {
		t.Fatalf("%x: read as %q and %q", frame, listed(m), m.Content())
	}
	if got := sealed(t, m); !bytes.Equal(got, frame) {
		t.Fatalf("%x: as a message it has the bytes %x", frame, got)
	}
}

// frames returns frames of many shapes, the last ones broken.
func frames(tb testing.TB) [][]byte {
	tb.Helper()
	var all [][]byte
	many := make([]wire.Property, 20)
	for i := range many {
		many[i].Key = string(rune('a' + i))
	}
	for _, properties := range [][]wire.Property{
		nil, {{Key: "", Value: ""}}, {{Key: "source", Value: "mapping"}, {Key: "deviceName", Value: "d1"}}, many[:6], many,
	} {
		frame, err := wire.AppendMessage(nil, properties, []byte("content"))
		if err != nil {
			tb.Fatal(err)
		}
		all = append(all, frame)
	}
	two, six, twenty := all[2], all[3], all[4]
	return append(all, two[:len(two)-1], append(bytes.Clone(two), 0),
		bytes.Replace(two, []byte("deviceName"), []byte("source\x00ame"), 1),
		bytes.Replace(six, []byte("f\x00"), []byte("e\x00"), 1),
		bytes.Replace(twenty, []byte("t\x00"), []byte("s\x00"), 1),
		[]byte("\xa1\x60\x00\x00\x00\x0e\xff\xff\xff\xff\x00\x00\x00\x00"))
}

// naiveFrame reads a data frame as wire's package comment has it, one field after the other.
func naiveFrame(frame []byte) (properties []wire.Property, content []byte, ok bool) {
	r := bytes.NewBuffer(frame)
	if string(r.Next(2)) != "\xa1\x60" || number(r) != int64(len(frame)) {
		return nil, nil, false
	}
	seen := make(map[string]bool)
	for n := number(r); n > 0; n-- {
		key, err := r.ReadString(0)
		value, err2 := r.ReadString(0)
		if err != nil || err2 != nil || seen[key] {
			return nil, nil, false
		}
		seen[key] = true
		properties = append(properties, wire.Property{Key: key[:len(key)-1], Value: value[:len(value)-1]})
	}
	length := number(r)
	return properties, r.Bytes(), length == int64(r.Len())
}

// number reads 32 bits; -1 if there are none.
func number(r *bytes.Buffer) int64 {
	if r.Len() < 4 {
		return -1
	}
	return int64(binary.BigEndian.Uint32(r.Next(4)))
}

func listed(m wire.Message) (list []wire.Property) {
	for key, value := range m.Properties() {
		list = append(list, wire.Property{Key: string(key), Value: string(value)})
	}
	return list
}

// sealed returns the bytes of the message that a gateway makes of a frame.
func sealed(t *testing.T, m wire.Message) []byte {
	t.Helper()
	d, err := shardOf(property.NewKeys(8), arena.Limits{Properties: 1 << 20, PropertyBytes: 1 << 26}).Claim(nil)
	if err != nil {
		t.Fatal(err)
	}
	for key, value := range m.Properties() {
		d.SetBytes(key, value)
	}
	d.SetContent(m.Content())
	sealed, err := d.Seal(1)
	if err != nil {
		t.Fatal(err)
	}
	return sealed.Wire()
}

// checkOffset holds a mistake to words and a place in the frame or at its end.
func checkOffset(t *testing.T, frame []byte, err error) {
	t.Helper()
	var e wire.FormatError
	if !errors.As(err, &e) || e.Problem == "" || e.Want == "" || e.Offset < 0 || e.Offset > len(frame) {
		t.Fatalf("%x: %#v", frame, err)
	}
	if len(e.Error()) > 1000 {
		t.Fatalf("%x: %d bytes of words", frame, len(e.Error()))
	}
}

package fuzz

import (
	"bytes"
	"testing"

	"github.com/millrace/millrace/wire"
)

// FuzzControlFrame: a control frame is accepted if and only if a naive decoder accepts it, and then
// says the same.
func FuzzControlFrame(f *testing.F) {
	for _, frame := range controlFrames(f) {
		f.Add(frame)
		f.Add(append(frame, 0))
	}
	f.Fuzz(func(t *testing.T, frame []byte) { checkControlFrame(t, frame) })
}

func controlFrames(tb testing.TB) (all [][]byte) {
	tb.Helper()
	for _, c := range []wire.Control{
		{Type: wire.Create, Address: "ipc:///tmp/m", Args: `{"a":1}`}, {Type: wire.Create},
		{Type: wire.Reply, Status: wire.NotCreated}, {Type: wire.Start}, {Type: wire.Destroy},
	} {
		frame, err := wire.AppendControl(nil, c)
		if err != nil {
			tb.Fatal(err)
		}
		all = append(all, frame)
	}
	return all
}

func checkControlFrame(t *testing.T, frame []byte) {
	t.Helper()
	var c wire.Control
	var err error
	checkAllocation(t, len(frame), func() { c, err = wire.ParseControl(frame) })
	want, ok := naiveControl(frame)
	if ok != (err == nil) || ok && c != want {
		t.Fatalf("%x: the naive decoder says %+v, %v; wire says %+v, %v", frame, want, ok, c, err)
	}
	if err != nil {
		checkOffset(t, frame, err)
	}
}

// naiveControl reads a control frame as wire's package comment has it.
func naiveControl(frame []byte) (c wire.Control, ok bool) {
	r := bytes.NewBuffer(frame)
	head := r.Next(4)
	if len(head) < 4 || string(head[:3]) != "\xa1\x6c\x01" || number(r) != int64(len(frame)) {
		return c, false
	}
	c.Type = wire.Type(head[3])
	switch c.Type {
	case wire.Create:
		if string(r.Next(2)) != "\x01\x10" {
			return c, false
		}
		var first, second bool
		c.Address, first = naiveText(r)
		c.Args, second = naiveText(r)
		return c, first && second && r.Len() == 0
	case wire.Reply:
		status, err := r.ReadByte()
		c.Status = wire.Status(status)
		return c, err == nil && r.Len() == 0
	case wire.Start, wire.Destroy:
		return c, r.Len() == 0
	}
	return c, false
}

// naiveText reads a size and a text whose only NUL is its last byte.
func naiveText(r *bytes.Buffer) (string, bool) {
	size := number(r)
	text, err := r.ReadString(0)
	if err != nil || int64(len(text)) != size {
		return "", false
	}
	return text[:len(text)-1], true
}

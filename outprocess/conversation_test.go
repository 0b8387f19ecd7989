package outprocess_test

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/millrace/millrace/wire"
)

// step is one frame of a conversation between a gateway and a remote module of v1.
type step struct {
	toRemote bool
	frame    []byte
}

func bytesOf(t *testing.T, text string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(text, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// The gateway's part of a conversation, byte by byte.
func TestTheConversationOfV1(t *testing.T) {
	t.Parallel()
	const (
		create = "a16c0101 00000050 01 10 00000017 6970633a2f2f2f746d702f7631692e6d65737361676500 " +
			"00000027 22544849532049532054484520 4f4f50204d4f44554c4520434f4e46494755524154494f4e2200"
		ok      = "a16c0102 00000009 00"
		start   = "a16c0103 00000008"
		destroy = "a16c0104 00000008"
		data    = "a160 00000034 00000002 736f7572636500 6d617070696e6700 6465766963654e616d6500 " +
			"643100 00000009 6d6573736167652030"
		hi = "a160 00000014 00000001 6b00 7600 00000002 6869"
	)
	to, from := func(s string) step { return step{true, bytesOf(t, s)} },
		func(s string) step { return step{false, bytesOf(t, s)} }
	t.Run("created", func(t *testing.T) {
		converse(t, []step{
			to(create), from(ok), to(start), to(data), to(hi), from(hi), to(data), from(data), to(destroy),
		})
	})
	t.Run("refused", func(t *testing.T) {
		converse(t, []step{to(create), from("a16c0102 00000009 02")})
	})
}

// The same with what was captured from a gateway and a remote module of v1.
func TestTheCapturedConversationsOfV1(t *testing.T) {
	t.Parallel()
	folder := os.Getenv("MILLRACE_V1_DATA")
	if folder == "" {
		t.Skip("MILLRACE_V1_DATA does not name the folder of v1's captured frames")
	}
	files, err := filepath.Glob(filepath.Join(folder, "frames", "*.txt"))
	if err != nil || len(files) == 0 {
		t.Fatalf("found %d files, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) { converse(t, captured(t, file)) })
	}
}

// captured reads the steps of a hex dump.
func captured(t *testing.T, file string) (steps []step) {
	t.Helper()
	text, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer text.Close()
	for lines := bufio.NewScanner(text); lines.Scan(); {
		line := lines.Text()
		switch {
		case strings.Contains(line, " -> "):
			steps = append(steps, step{toRemote: true})
		case strings.Contains(line, " <- "):
			steps = append(steps, step{})
		case len(line) >= 60 && strings.HasPrefix(line, "0000"):
			s := &steps[len(steps)-1]
			s.frame = append(s.frame, bytesOf(t, line[10:58])...)
		}
	}
	if len(steps) < 2 {
		t.Fatalf("%s: only %d steps", file, len(steps))
	}
	return steps
}

// converse plays the remote's part and holds the gateway to its own. Only the message address is
// another, since it must be free on this machine.
func converse(t *testing.T, steps []step) {
	p := newPeer(t, "ipc")
	p.listen()
	first, err := wire.ParseControl(steps[0].frame)
	if err != nil {
		t.Fatal(err)
	}
	first.Address = string(p.message)
	steps[0].frame, err = wire.AppendControl(nil, first)
	if err != nil {
		t.Fatal(err)
	}
	r := run(t, p.remote(), setup{args: first.Args})
	p.conn = p.accept(p.listener)
	for i := 0; i < len(steps); i++ {
		if bytes.HasPrefix(steps[i].frame, []byte{0xa1, 0x60}) {
			exchange(r, p, steps[i])
			continue
		}
		i = control(r, p, steps, i)
	}
}

// control plays a control frame and returns its index, or that of the START that followed.
func control(r *rig, p *peer, steps []step, i int) int {
	r.t.Helper()
	c, err := wire.ParseControl(steps[i].frame)
	if err != nil {
		r.t.Fatal(err)
	}
	switch {
	case c.Type == wire.Reply && c.Status == wire.OK:
		p.ready()
		return i + 1
	case c.Type == wire.Reply:
		p.send(p.conn, steps[i].frame)
	default:
		if c.Type == wire.Destroy {
			r.stop()
		}
		if got := p.receive(p.conn); !bytes.Equal(got, steps[i].frame) {
			r.t.Fatalf("the gateway sent %x, want %x", got, steps[i].frame)
		}
	}
	return i
}

// exchange plays a data frame.
func exchange(r *rig, p *peer, s step) {
	r.t.Helper()
	m, err := wire.ParseMessage(s.frame)
	if err != nil {
		r.t.Fatal(err)
	}
	if s.toRemote {
		var pairs []string
		for key, value := range m.Properties() {
			pairs = append(pairs, string(key), string(value))
		}
		r.publish(string(m.Content()), pairs...)
		if got := p.receive(p.data); !bytes.Equal(got, s.frame) {
			r.t.Fatalf("the gateway sent %x, want %x", got, s.frame)
		}
		return
	}
	p.send(p.data, s.frame)
	got := r.receive()
	var properties []wire.Property
	for key, value := range got.Properties() {
		properties = append(properties, wire.Property{Key: string(key), Value: string(value)})
	}
	frame, err := wire.AppendMessage(nil, properties, got.Content())
	if err != nil || !bytes.Equal(frame, s.frame) {
		r.t.Fatalf("the sink received %x, %v; want %x", frame, err, s.frame)
	}
}

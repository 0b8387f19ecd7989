package fuzz

import (
	"fmt"
	"io"
	"maps"
	"testing"

	"github.com/millrace/millrace/module/moduletest"
	"github.com/millrace/millrace/modules/file"
)

// sourceMax bounds the texts, so that one input takes a moment only.
const sourceMax = 4 << 10

// publishedFrom runs the module on a standard input that comes in pieces of 1 to 64 bytes.
func publishedFrom(t *testing.T, format string, text []byte, step uint8) ([]moduletest.Message, error) {
	t.Helper()
	in := &pieces{rest: text, step: int(step)}
	rig := moduletest.Start(t, file.Spec(), fmt.Sprintf(`{"path":"-","format":%s}`, format), moduletest.Options{Stdin: in})
	err := rig.Wait()
	if stopped := rig.Stop(); err == nil && stopped != nil {
		t.Fatal(stopped)
	}
	return rig.Collected(), err
}

// pieces is a reader that gives little at a time.
type pieces struct {
	rest       []byte
	step, last int
}

func (p *pieces) Read(into []byte) (int, error) {
	if len(p.rest) == 0 {
		return 0, io.EOF
	}
	p.last += p.step
	n := copy(into, p.rest[:min(len(p.rest), 1+p.last%64)])
	p.rest = p.rest[n:]
	return n, nil
}

// compareMessages holds messages to what was wanted; nil properties are any.
func compareMessages(t *testing.T, text []byte, got, want []moduletest.Message) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%q: %d messages %q, want %d %q", text, len(got), got, len(want), want)
	}
	for i, w := range want {
		if got[i].Content != w.Content || w.Properties != nil && !maps.Equal(got[i].Properties, w.Properties) {
			t.Fatalf("%q: message %d is %q, want %q", text, i, got[i], w)
		}
	}
}

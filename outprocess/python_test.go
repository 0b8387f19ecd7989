package outprocess_test

import (
	"fmt"
	"os/exec"
	"runtime"
	"testing"

	"github.com/millrace/millrace/outprocess"
)

// A remote module in Python that stands on nothing but sockets: everything comes, in order, before
// DESTROY, and its arguments reach it.
func TestARemoteInPython(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil || runtime.GOOS == "windows" {
		t.Skip("there is no Python, or it has no Unix sockets")
	}
	p := newPeer(t, "ipc")
	remote := p.remote()
	remote.Launch = &outprocess.Launch{
		Path: python, Args: []string{"../examples/remote-python/remote.py", string(p.control)},
	}
	r := run(t, remote, setup{args: `{"window": 2}`})
	const n = 2000
	r.publish("not a reading")
	for i := range n {
		r.publish(fmt.Sprintf(`{"temperature": %d.00}`, i), "source", "bleTelemetry", "unit", "")
	}
	for i := range n {
		m, want := r.receive(), fmt.Sprintf(`{"mean": %d.5}`, i-1)
		if i == 0 {
			want = `{"mean": 0.0}`
		}
		if string(m.Content()) != want || m.Len() != 2 {
			t.Fatalf("received %s with %d properties, want %s", m.Content(), m.Len(), want)
		}
	}
	report, err := r.end()
	if err != nil {
		t.Error(err)
	}
	expectBalance(t, report)
	expectFigures(t, report, map[string]uint64{
		"attachments": 1, "handed over": n + 1, "of these unconfirmed": 0, "received": n,
	})
}

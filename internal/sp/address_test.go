package sp

import (
	"errors"
	"strings"
	"testing"

	"github.com/millrace/millrace/fault"
)

func TestAddressesAreRead(t *testing.T) {
	for text, want := range map[string]Address{
		"/tmp/proxy_sample.control":  "ipc:///tmp/proxy_sample.control",
		"outprocess_module_control":  "ipc://outprocess_module_control",
		"ipc:///tmp/x":               "ipc:///tmp/x",
		"tcp://127.0.0.1:5001":       "tcp://127.0.0.1:5001",
		"tcp://127.8.9.1:65535":      "tcp://127.8.9.1:65535",
		"tcp://[::1]:1":              "tcp://[::1]:1",
		"tcp://localhost:5001":       "tcp://localhost:5001",
		strings.Repeat("x", 103):     Address("ipc://" + strings.Repeat("x", 103)),
		"ipc://tcp:/127.0.0.1:50000": "ipc://tcp:/127.0.0.1:50000",
	} {
		if got, err := ParseAddress(text); got != want || err != nil {
			t.Errorf("%s: %s, %v; want %s", text, got, err, want)
		}
	}
}

func TestAddressesThatCannotWorkAreRefused(t *testing.T) {
	for _, text := range []string{
		"", "ipc://", "/tmp/a\x00b", strings.Repeat("x", 248),
		"tcp://127.0.0.1", "tcp://127.0.0.1:", "tcp://127.0.0.1:0", "tcp://127.0.0.1:65536",
		"tcp://:5001", "tcp://*:5001", "tcp://0.0.0.0:5001", "tcp://192.168.0.7:5001",
		"tcp://example.com:5001", "tcp://[::]:5001", "tcp://127.0.0.1:http",
		"inproc://x", "ws://127.0.0.1:80", "://x",
	} {
		_, err := ParseAddress(text)
		var mistake fault.Fault
		if !errors.As(err, &mistake) || mistake.Problem == "" || mistake.Want == "" {
			t.Errorf("%.30q: %v", text, err)
		}
	}
}

func TestBeside(t *testing.T) {
	for address, want := range map[Address]Address{
		"ipc:///tmp/x.control": "ipc:///tmp/new",
		"ipc://x":              "ipc://new",
		`ipc://a\b`:            `ipc://a\new`,
		"tcp://127.0.0.1:1":    "",
	} {
		if got, ok := address.Beside("new"); got != want || ok != (want != "") {
			t.Errorf("%s: %s, %v; want %s", address, got, ok, want)
		}
	}
}

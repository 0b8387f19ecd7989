package outprocess_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/millrace/millrace/document"
	"github.com/millrace/millrace/gateway"
	"github.com/millrace/millrace/outprocess"
)

func TestALaunchedRemote(t *testing.T) {
	each(t, func(t *testing.T, scheme string) {
		r := run(t, launched(t, scheme, "polite"), setup{})
		r.publish("hello", "k", "v")
		m := r.receive()
		if string(m.Content()) != "hello" || m.Len() != 2 {
			t.Errorf("received %q with %d properties", m.Content(), m.Len())
		}
		report, err := r.end()
		if err != nil {
			t.Error(err)
		}
		expectBalance(t, report)
		expectFigures(t, report, map[string]uint64{"attachments": 1, "handed over": 1, "of these unconfirmed": 0})
	})
}

// v1's fault 12: there, the grace is never given. Here one that ends by itself costs nothing, and
// the others have theirs, whatever the gateway's own time to stop.
func TestTheGraceOfALaunchedRemote(t *testing.T) {
	const short = 500 * time.Millisecond
	for _, c := range []struct {
		how          string
		grace, least time.Duration
	}{
		{"polite", 2 * patience, 0},
		{"v1", 2 * patience, 0},
		{"lingering", short, short},
		{"stubborn", short, short + time.Second},
	} {
		t.Run(c.how, func(t *testing.T) {
			if runtime.GOOS == "windows" && c.how == "stubborn" {
				t.Skip("a process cannot refuse to terminate here")
			}
			remote := launched(t, "ipc", c.how)
			remote.Launch.Grace = c.grace
			remote.Launch.Args[0] = strings.TrimPrefix(remote.Launch.Args[0], "ipc://")
			r := run(t, remote, setup{limit: 200 * time.Millisecond})
			r.publish("hello")
			r.receive()
			began := time.Now()
			_, err := r.end()
			if err != nil {
				t.Error(err)
			}
			if took := time.Since(began); took < c.least || took > c.least+patience/2 {
				t.Errorf("it took %v, want %v or little more", took, c.least)
			}
			control := strings.TrimPrefix(remote.Control, "ipc://")
			_, err = os.Stat(control + ".told")
			if told := err == nil; told != (c.how == "lingering") && runtime.GOOS != "windows" {
				t.Errorf("told to terminate: %v", told)
			}
		})
	}
}

func TestAProgramThatCannotBeLaunched(t *testing.T) {
	remote := launched(t, "ipc", "polite")
	remote.Launch.Path = filepath.Join(t.TempDir(), "nothing")
	d := &document.Document{Modules: []document.Module{{Name: far, Spec: remote.Spec()}}}
	g, err := gateway.New(d, gateway.Options{})
	if err != nil {
		t.Fatal(err)
	}
	_, err = g.Run(t.Context())
	if !errors.Is(err, os.ErrNotExist) || !strings.Contains(err.Error(), `module "far": open`) {
		t.Errorf("the run ended with %v", err)
	}
}

// A program that ends at once is launched again, at growing intervals, and the reason named.
func TestAProgramThatCrashes(t *testing.T) {
	remote := launched(t, "ipc", "crashing")
	remote.Launch.Backoff = 10 * time.Millisecond
	remote.StartTimeout = 2 * time.Second
	log := &sharedBuffer{}
	r := run(t, remote, setup{log: log, limit: time.Second})
	log.await(t, outprocess.ErrAbsent.Error())
	for deadline := time.Now().Add(patience); log.count("ended before it was attached") < 4; {
		if time.Now().After(deadline) {
			t.Fatal("it is not launched again")
		}
		time.Sleep(time.Millisecond)
	}
	if n := log.count("ended before it was attached"); n > 20 {
		t.Errorf("launched %d times: the intervals do not grow", n)
	}
	_, err := r.end()
	var exit *exec.ExitError
	if !errors.Is(err, outprocess.ErrExited) || !errors.As(err, &exit) || exit.ExitCode() != 3 {
		t.Errorf("the run ended with %v", err)
	}
}

// Where no message address is given there is one beside the control address, which is gone in the
// end, even if the remote was killed.
func TestAFreshMessageAddress(t *testing.T) {
	remote := launched(t, "ipc", "polite")
	remote.Message = ""
	remote.Launch.Backoff = time.Hour
	made := filepath.Join(filepath.Dir(strings.TrimPrefix(remote.Control, "ipc://")), "message-*")
	log := &sharedBuffer{}
	r := run(t, remote, setup{log: log})
	r.publish("hello")
	id := processOf(t, r.receive())
	if found, _ := filepath.Glob(made); len(found) != 1 && runtime.GOOS != "windows" {
		t.Errorf("found %v", found)
	}
	process, err := os.FindProcess(id)
	if err == nil {
		err = process.Kill()
	}
	if err != nil {
		t.Fatal(err)
	}
	log.await(t, "the remote module is gone")
	if _, err := r.end(); err != nil {
		t.Error(err)
	}
	if left, _ := filepath.Glob(made); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

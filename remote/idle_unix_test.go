//go:build unix

package remote_test

import (
	"syscall"
	"testing"
	"time"

	"github.com/millrace/millrace/remote"
)

// v1's fault 11: there, a remote that has nothing to do burns a third of a processor.
func TestAnIdleRemoteIsIdle(t *testing.T) {
	s := serve(t, probe{}, remote.Options{})
	g := s.connect()
	g.begin()
	const idle = 500 * time.Millisecond
	before := processorTime(t)
	time.Sleep(idle)
	if took := processorTime(t) - before; took > idle/10 {
		t.Errorf("%v of %v", took, idle)
	}
}

func processorTime(t *testing.T) time.Duration {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

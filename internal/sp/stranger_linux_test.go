package sp

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
)

const stranger = 65534 // nobody

// squat listens at a path as another user's process would: the system notes who listened.
func squat(t *testing.T, path string) net.Listener {
	t.Helper()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	const same = ^uintptr(0)
	become := func(uid uintptr) {
		if _, _, errno := syscall.RawSyscall(syscall.SYS_SETRESUID, same, uid, same); errno != 0 {
			t.Skip("only root can be another user: ", errno)
		}
	}
	fd, err := syscall.Socket(syscall.AF_UNIX, syscall.SOCK_STREAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Bind(fd, &syscall.SockaddrUnix{Name: path}); err != nil {
		t.Fatal(err)
	}
	become(stranger)
	listened := syscall.Listen(fd, 1)
	become(0)
	file := os.NewFile(uintptr(fd), path)
	defer file.Close()
	l, err := net.FileListener(file)
	if err := errors.Join(listened, err); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return l
}

// Who waits at a name in a folder that all may write to is sent nothing.
func TestSquattersAreRefused(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can be another user")
	}
	path := filepath.Join(t.TempDir(), "victim.control")
	l := squat(t, path)
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			_, _ = conn.Write([]byte{0, 'S', 'P', 0, 0, 16, 0, 0})
			t.Cleanup(func() { _ = conn.Close() })
		}
	}()
	address := Address(ipcScheme + path)
	conn, err := Dial(context.Background(), address, 1)
	if !errors.Is(err, ErrStranger) || !strings.Contains(err.Error(), "65534") {
		t.Errorf("got %v, %v", conn, err)
	}
	if conn, err = Dial(context.Background(), address, 1, stranger); err != nil {
		t.Fatal(err)
	}
	conn.Close()
}

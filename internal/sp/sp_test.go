package sp_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/millrace/millrace/internal/sp"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const most = 1 << 20

// handshake is what each side says first: SP, version 0, protocol 16, which is pair.
var handshake = []byte{0, 'S', 'P', 0, 0, 16, 0, 0}

// listen waits at a free address of either kind.
func listen(t *testing.T, scheme string) (*sp.Listener, sp.Address) {
	t.Helper()
	text := filepath.Join(t.TempDir(), "s")
	if scheme == "tcp" {
		probe, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		text = "tcp://" + probe.Addr().String()
		probe.Close()
	}
	address, err := sp.ParseAddress(text)
	if err != nil {
		t.Fatal(err)
	}
	l, err := sp.Listen(address, most)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.Close)
	return l, address
}

// connect returns both ends of a connection.
func connect(t *testing.T, scheme string) (here, there *sp.Conn) {
	t.Helper()
	l, address := listen(t, scheme)
	here, err := sp.Dial(t.Context(), address, most)
	if err != nil {
		t.Fatal(err)
	}
	there, err = l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(here.Close)
	t.Cleanup(there.Close)
	return here, there
}

func each(t *testing.T, test func(t *testing.T, scheme string)) {
	for _, scheme := range []string{"ipc", "tcp"} {
		t.Run(scheme, func(t *testing.T) { test(t, scheme) })
	}
}

func TestFramesArriveWholeAndInOrder(t *testing.T) {
	each(t, func(t *testing.T, scheme string) {
		here, there := connect(t, scheme)
		sizes := []int{0, 1, 8, 63, 64, 65, 1000, 65536, most}
		go func() {
			for _, n := range sizes {
				if err := here.Send(bytes.Repeat([]byte{byte(n)}, n)); err != nil {
					t.Error(err)
				}
			}
		}()
		for _, n := range sizes {
			got, err := there.Receive()
			if err != nil || !bytes.Equal(got, bytes.Repeat([]byte{byte(n)}, n)) {
				t.Fatalf("%d bytes, %v; want %d", len(got), err, n)
			}
		}
	})
}

func TestAFrameBeyondTheLimitEndsTheConnection(t *testing.T) {
	each(t, func(t *testing.T, scheme string) {
		here, there := connect(t, scheme)
		oversized(t, here, there)
		here, there = connect(t, scheme)
		oversized(t, there, here)
	})
}

func oversized(t *testing.T, here, there *sp.Conn) {
	t.Helper()
	timer := time.AfterFunc(time.Minute, here.Close)
	defer timer.Stop()
	sent := make(chan error, 1)
	go func() { sent <- here.Send(make([]byte, most+1)) }()
	if _, err := there.Receive(); err == nil {
		t.Error("it was received")
	}
	<-sent // whatever the system had taken by then
	if _, err := here.Receive(); err == nil {
		t.Error("the connection stands")
	}
}

func TestCloseEndsSendAndReceive(t *testing.T) {
	each(t, func(t *testing.T, scheme string) {
		here, there := connect(t, scheme)
		ended := make(chan error, 2)
		go func() {
			var err error
			for err == nil { // until the peer's buffers are full, since nobody reads
				err = here.Send(make([]byte, 1000))
			}
			ended <- err
		}()
		go func() {
			_, err := here.Receive()
			ended <- err
		}()
		here.Close()
		for range 2 {
			if err := <-ended; err == nil {
				t.Error("no error")
			}
		}
		for {
			if _, err := there.Receive(); err != nil {
				return // the peer sees it too
			}
		}
	})
}

// The bytes are nanomsg's.
func TestBytesOfIPC(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("ipc is named pipes here")
	}
	l, address := listen(t, "ipc")
	path, _ := address.Path()
	raw, err := net.Dial("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	if _, err := raw.Write(handshake); err != nil {
		t.Fatal(err)
	}
	conn, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.Send([]byte("hello")); err != nil {
		t.Fatal(err)
	}
	want := append(bytes.Clone(handshake), 1, 0, 0, 0, 0, 0, 0, 0, 5, 'h', 'e', 'l', 'l', 'o')
	got := make([]byte, len(want))
	if _, err := io.ReadFull(raw, got); err != nil || !bytes.Equal(got, want) {
		t.Errorf("%x, %v; want %x", got, err, want)
	}
	frame := binary.BigEndian.AppendUint64([]byte{1}, 2)
	if _, err := raw.Write(append(frame, "hi"...)); err != nil {
		t.Fatal(err)
	}
	if got, err := conn.Receive(); string(got) != "hi" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	if runtime.GOOS == "linux" && conn.PeerID() != os.Getpid() {
		t.Errorf("peer %d; want %d", conn.PeerID(), os.Getpid())
	}
}

func TestStrangersAreTurnedAway(t *testing.T) {
	each(t, func(t *testing.T, scheme string) {
		l, address := listen(t, scheme)
		network, place := "tcp", string(address)[len("tcp://"):]
		if scheme == "ipc" {
			network = "unix"
			place, _ = address.Path()
		}
		if network == "unix" && runtime.GOOS == "windows" {
			t.Skip("ipc is named pipes here")
		}
		publisher := []byte{0, 'S', 'P', 0, 0, 32, 0, 0} // a pub socket
		for _, greeting := range [][]byte{[]byte("GET / HTTP/1.1\r\n"), publisher} {
			raw, err := net.Dial(network, place)
			if err != nil {
				t.Fatal(err)
			}
			defer raw.Close()
			if _, err := raw.Write(greeting); err != nil {
				t.Fatal(err)
			}
		}
		here, err := sp.Dial(t.Context(), address, most)
		if err != nil {
			t.Fatal(err)
		}
		defer here.Close()
		there, err := l.Accept()
		if err != nil {
			t.Fatal(err)
		}
		defer there.Close()
		if err := here.Send([]byte("hi")); err != nil {
			t.Fatal(err)
		}
		if got, err := there.Receive(); string(got) != "hi" || err != nil {
			t.Errorf("%q, %v: another peer was accepted", got, err)
		}
	})
}

func TestNobodyThere(t *testing.T) {
	each(t, func(t *testing.T, scheme string) {
		l, address := listen(t, scheme)
		l.Close()
		if c, err := sp.Dial(t.Context(), address, most); err == nil {
			c.Close()
			t.Error("connected to nobody")
		}
		if _, err := l.Accept(); !errors.Is(err, sp.ErrClosed) {
			t.Error(err)
		}
	})
}

// A peer that is connected to and never speaks does not hold the caller.
func TestASilentPeerDoesNotHoldTheCaller(t *testing.T) {
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	address := sp.Address("tcp://" + silent.Addr().String())
	if _, err := sp.Dial(ctx, address, most); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
	peer, err := silent.Accept()
	if err != nil {
		t.Fatal(err)
	}
	peer.Close() // which ends the goroutine that Dial left
	silent.Close()
}

func TestAnAddressInUseIsRefusedAndAStaleOneIsNot(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("ipc is named pipes here")
	}
	_, address := listen(t, "ipc")
	if second, err := sp.Listen(address, most); err == nil {
		second.Close()
		t.Error("two listeners at one address")
	}
	stale := filepath.Join(t.TempDir(), "stale")
	left, err := net.ListenUnix("unix", &net.UnixAddr{Name: stale, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	left.SetUnlinkOnClose(false)
	left.Close()
	again, err := sp.Listen(sp.Address("ipc://"+stale), most)
	if err != nil {
		t.Fatal(err)
	}
	again.Close()
}

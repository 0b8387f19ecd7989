//go:build !windows

package main

import (
	"io"
	"os"
	"runtime"
	"syscall"
)

func moreSignals() []os.Signal { return []os.Signal{syscall.SIGHUP, syscall.SIGQUIT} }

func isHangup(s os.Signal) bool { return s == syscall.SIGHUP }

func isQuit(s os.Signal) bool { return s == syscall.SIGQUIT }

// watchTerminal returns what tells whether the terminal that the process had when it began is gone. A
// process without one, such as a service, never loses it.
func watchTerminal() (gone func() bool) {
	had := hasTerminal()
	return func() bool { return had && !hasTerminal() }
}

// hasTerminal tells whether there is a controlling terminal that somebody is at the other end of.
func hasTerminal() bool {
	tty, err := os.OpenFile("/dev/tty", os.O_RDWR|syscall.O_NOCTTY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return false
	}
	_ = tty.Close()
	return true
}

// dumpGoroutines writes where each goroutine stands.
func dumpGoroutines(w io.Writer) {
	const sizeMax = 64 << 20
	text := make([]byte, 1<<20)
	n := runtime.Stack(text, true)
	for n == len(text) && n < sizeMax {
		text = make([]byte, 2*len(text))
		n = runtime.Stack(text, true)
	}
	_, _ = w.Write(append(text[:n], '\n')) // nobody is left to be told if this fails
}

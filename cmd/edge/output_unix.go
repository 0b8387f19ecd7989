//go:build !windows

package main

import (
	"errors"
	"os"
	"os/signal"
	"syscall"
)

// catchBrokenPipes keeps the runtime from ending the process at once when the reader of standard
// output is gone: the write returns EPIPE instead and the gateway stops in good order.
func catchBrokenPipes() {
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
}

func brokenPipe(err error) bool { return errors.Is(err, syscall.EPIPE) }

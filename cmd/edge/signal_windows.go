package main

import (
	"io"
	"os"
)

func moreSignals() []os.Signal { return nil }

func isHangup(os.Signal) bool { return false }

func isQuit(os.Signal) bool { return false }

func watchTerminal() (gone func() bool) { return func() bool { return false } }

func dumpGoroutines(io.Writer) {}

package main

import (
	"context"
	"log/slog"
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"
	"time"
)

// doubleTime is how soon a second interrupt counts as the first: timeout(1), for one, signals the
// process and then its group, which it belongs to.
const doubleTime = 500 * time.Millisecond

// interrupts follows the signals of a process that runs a gateway.
type interrupts struct {
	log     *slog.Logger
	stop    context.CancelFunc
	exit    func(code int)
	now     func() time.Time
	hangup  func() bool // whether SIGHUP comes because the terminal is gone
	reopen  func()
	dump    func()
	settled atomic.Bool // the gateway has ended, and only the balance is left to print
	first   time.Time   // zero: there was none
}

// interruptible returns a context that the first SIGINT, SIGTERM or SIGQUIT cancels, which dumps all
// goroutines before; a second one, that does not belong to the first, ends the process. SIGHUP cancels
// it when the terminal has gone, and else calls reopen. Settled is called when there is nothing left
// to interrupt; the last function ends the watching, but no signal kills the process from then on.
func interruptible(ctx context.Context, log *slog.Logger, reopen func()) (inner context.Context, settled, done func()) {
	ctx, cancel := context.WithCancel(ctx)
	i := &interrupts{
		log: log, stop: cancel, exit: os.Exit, now: time.Now, hangup: watchTerminal(), reopen: reopen,
		dump: func() { dumpGoroutines(os.Stderr) },
	}
	signals, ended := make(chan os.Signal, 8), make(chan struct{})
	signal.Notify(signals, caught()...)
	go i.follow(signals, ended)
	return ctx, func() { i.settled.Store(true) }, func() {
		close(ended) // the signals stay caught: one that comes late must not kill what exits anyway
		cancel()
	}
}

// caught lists the signals to follow. SIGHUP stays ignored where it was when the process began, as nohup
// has it. SIGINT does not: a shell ignores it for what a script starts with &, and who then sends it
// to a gateway means it.
func caught() []os.Signal {
	list := []os.Signal{os.Interrupt, syscall.SIGTERM}
	for _, s := range moreSignals() {
		if !isHangup(s) || !signal.Ignored(s) {
			list = append(list, s)
		}
	}
	return list
}

func (i *interrupts) follow(signals <-chan os.Signal, ended <-chan struct{}) {
	for {
		select {
		case s := <-signals:
			i.take(s)
		case <-ended:
			return
		}
	}
}

func (i *interrupts) take(s os.Signal) {
	if isHangup(s) && !i.hangup() {
		i.reopen()
		return
	}
	if isQuit(s) {
		i.dump()
	}
	now := i.now()
	switch {
	case i.settled.Load():
	case i.first.IsZero():
		i.first = now
		i.log.Info("stopping; interrupt again to stop at once", "signal", s.String())
		i.stop()
	case now.Sub(i.first) >= doubleTime && !isHangup(s):
		i.log.Error("stopped at once, without a balance")
		i.exit(exitFailure)
	}
}

//go:build linux

package main

import (
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// openTerminal returns the two ends of a pseudo terminal.
func openTerminal(t *testing.T) (master, slave *os.File) {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Skip("no pseudo terminals:", err)
	}
	number, err := unix.IoctlGetInt(int(master.Fd()), unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(int(master.Fd()), unix.TIOCSPTLCK, 0)
	}
	if err != nil {
		t.Fatal(err)
	}
	slave, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	return master, slave
}

// A gateway whose terminal is closed drains, and does not die of the hangup.
func TestATerminalThatIsGoneIsAnInterrupt(t *testing.T) {
	master, slave := openTerminal(t)
	p := &process{t: t, cmd: exec.CommandContext(t.Context(), "edge", "run", endless(t))}
	p.cmd.Env = append(os.Environ(), "GORACE="+withoutNap)
	p.cmd.Stdin, p.cmd.Stderr = slave, &p.stderr
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	watchdog := time.AfterFunc(time.Minute, func() { _ = p.cmd.Process.Kill() })
	defer watchdog.Stop()
	_ = slave.Close()
	p.stderr.await(t, "running")
	_ = master.Close()
	p.exitsUnread(exitOK)
	p.says("stopping")
	p.says(addsUp)
}

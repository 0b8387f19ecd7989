package console_test

import (
	"bytes"
	"fmt"
	"os"
	"testing"

	"github.com/millrace/millrace/module/moduletest"
	"github.com/millrace/millrace/modules/console"
	"golang.org/x/sys/unix"
)

// terminal opens the two ends of a pseudo-terminal.
func terminal(t *testing.T) (screen, program *os.File) {
	t.Helper()
	screen, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Skip("no terminals here:", err)
	}
	t.Cleanup(func() { screen.Close() })
	if err := unix.IoctlSetPointerInt(int(screen.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Skip(err)
	}
	n, err := unix.IoctlGetInt(int(screen.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Skip(err)
	}
	program, err = os.OpenFile(fmt.Sprint("/dev/pts/", n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skip(err)
	}
	t.Cleanup(func() { program.Close() })
	return screen, program
}

// TestNoEscapesOnATerminal: whatever the format, and whatever TERM says. Into a pipe contents go as
// they are.
func TestNoEscapesOnATerminal(t *testing.T) {
	const evil = "\x1b[2J\x07\u202e"
	for _, kind := range []string{"xterm", "dumb"} {
		t.Setenv("TERM", kind)
		for _, format := range []string{"text", "json", "content"} {
			screen, program := terminal(t)
			args := fmt.Sprintf(`{"format":%q,"color":"never"}`, format)
			rig := moduletest.Start(t, console.Spec(), args, moduletest.Options{Stdout: program})
			rig.Feed(message(evil, evil, evil))
			if err := rig.Stop(); err != nil {
				t.Fatal(err)
			}
			shown := make([]byte, 4096)
			n, err := screen.Read(shown)
			if err != nil {
				t.Fatal(err)
			}
			if shown = shown[:n]; bytes.ContainsAny(shown, "\x1b\x07\u202e") || !bytes.Contains(shown, []byte("202e")) {
				t.Errorf("%s, %s: %q", kind, format, shown)
			}
		}
	}
	if got := printed(t, `{"format":"content"}`, message("k", "v", evil)); got != evil+"\n" {
		t.Errorf("into a pipe: %q", got)
	}
}

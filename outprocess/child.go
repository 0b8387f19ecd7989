package outprocess

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"
)

// child is a launched process.
type child struct {
	command *exec.Cmd
	input   io.Closer     // its standard input, which ends when this is closed or we die
	gone    chan struct{} // closed when it has ended
	err     error         // how it ended; read once gone is closed
	served  bool          // it was attached; the keeper's
}

// killAfter is how long a process that was told to terminate gets before it is killed.
const killAfter = time.Second

// launch starts the process. Its standard output goes to out, its errors to ours.
func launch(l Launch, out io.Writer) (*child, error) {
	c := &child{command: exec.Command(l.Path, l.Args...), gone: make(chan struct{})}
	c.command.Stdout, c.command.Stderr = out, os.Stderr
	c.command.SysProcAttr = apart()
	c.command.Env = environment(os.Environ(), l.Env)
	c.command.WaitDelay = killAfter
	input, err := c.command.StdinPipe()
	if err == nil {
		err = c.command.Start()
	}
	if err != nil {
		return nil, fmt.Errorf("outprocess: cannot launch %q: %w", l.Path, err)
	}
	c.input = input
	go func() {
		c.err = c.command.Wait()
		close(c.gone)
	}()
	return c, nil
}

// ended returns why the process is no more; nil while it runs.
func (c *child) ended() error {
	select {
	case <-c.gone:
	default:
		return nil
	}
	if c.err == nil {
		return fmt.Errorf("%w: exit status 0", ErrExited)
	}
	return fmt.Errorf("%w: %w", ErrExited, c.err)
}

// stop ends the process: its input ends at once, it is told to terminate when its grace is over,
// and killed if it does not.
func (c *child) stop(grace time.Duration) {
	_ = c.input.Close()
	if c.goneWithin(grace) {
		return
	}
	terminate(c.command.Process)
	if c.goneWithin(killAfter) {
		return
	}
	kill(c.command.Process)
	<-c.gone
}

func (c *child) goneWithin(limit time.Duration) bool {
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case <-c.gone:
		return true
	case <-timer.C:
		return false
	}
}

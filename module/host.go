package module

import (
	"context"
	"io"
	"log/slog"

	"github.com/millrace/millrace/engine"
)

// Host is a module's view of the gateway that runs it. Its methods may be called from any
// goroutine.
type Host interface {
	// Name is the module's name in the gateway document.
	Name() string
	// Log is the module's logger, already marked with its name.
	Log() *slog.Logger
	// Publisher makes a publisher for one goroutine; Close it when that goroutine ends. It fails
	// before Start and after Stop.
	Publisher() (*engine.Publisher, error)
	// Go runs a task of the module in its own goroutine until it returns or ctx is cancelled,
	// which happens when the gateway stops. A task that returns nil while ctx is live has finished
	// its work: when all tasks of all modules have, the gateway ends by itself. An error is
	// reported and makes the gateway's run a failure; the other modules go on. A loop that
	// publishes looks at ctx itself: Claim and Publish do so only when they must wait.
	Go(task func(ctx context.Context) error)
	// Stdin and Stdout are the process's streams, or a test's.
	Stdin() io.Reader
	Stdout() io.Writer
}

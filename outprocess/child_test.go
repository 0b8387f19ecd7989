package outprocess_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"testing"

	"go.uber.org/goleak"

	"github.com/millrace/millrace/document"
	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/message"
	"github.com/millrace/millrace/module"
	"github.com/millrace/millrace/modules/standard"
	"github.com/millrace/millrace/outprocess"
	"github.com/millrace/millrace/remote"
)

// behaviour is the environment variable that makes this test's program a remote module.
const behaviour = "MILLRACE_TEST_REMOTE"

func TestMain(m *testing.M) {
	if how := os.Getenv(behaviour); how != "" {
		os.Exit(play(how))
	}
	goleak.VerifyTestMain(m)
}

// play is what a launched remote does, in a process of its own. Its argument is the control address.
func play(how string) int {
	o := remote.Options{Log: slog.New(slog.DiscardHandler)}
	create := remote.Of(recorderSpec())
	switch how {
	case "echoing": // whatever its arguments, and ends on DESTROY
		o.Once = true
		create = remote.Of(module.Spec{
			Name: "echo", AnyArgs: true, New: func() module.Module { return echo{&recorder{}} },
		})
	case "hosting": // is what edge host is, and ends on DESTROY
		o.Once = true
		kinds, err := standard.Registry()
		if err != nil {
			return 1
		}
		create = document.Hosted(kinds)
	case "polite": // ends on DESTROY
		o.Once = true
	case "v1": // ends when its input does, as those of v1 that wait for a key
		go func() {
			_, _ = io.Copy(io.Discard, os.Stdin)
			os.Exit(0)
		}()
	case "lingering": // ends when it is told to terminate, and leaves word
		told := make(chan os.Signal, 1)
		signal.Notify(told, syscall.SIGTERM)
		go func() {
			<-told
			_ = os.WriteFile(os.Args[1]+".told", nil, 0o600)
			os.Exit(0)
		}()
	case "stubborn": // ends when it is killed
		signal.Ignore(syscall.SIGTERM)
	case "crashing":
		return 3
	}
	err := remote.Serve(context.Background(), os.Args[1], create, o)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// echo is a recorder without a file.
type echo struct{ *recorder }

func (echo) Configure(json.RawMessage) error { return nil }

// recorder writes what it receives into a file, with the number of its process, before it sends it
// back with that number: what is in the file has been received, whatever happens afterwards.
type recorder struct {
	path string
	file *os.File
}

func recorderSpec() module.Spec {
	return module.Spec{
		Name: "recorder",
		Args: []module.Arg{{Name: "record", Type: module.String, Doc: "The file; none if absent"}},
		New:  func() module.Module { return &recorder{} },
	}
}

func (r *recorder) Configure(args json.RawMessage) error {
	var a struct {
		Record string `json:"record"`
	}
	err := module.Decode(args, &a)
	r.path = a.Record
	return err
}

func (r *recorder) Open(context.Context, module.Host) (err error) {
	if r.path != "" {
		r.file, err = os.OpenFile(r.path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	}
	return err
}

func (r *recorder) Receive(ctx context.Context, out *engine.Publisher, m message.Message) error {
	if r.file != nil {
		if _, err := fmt.Fprintf(r.file, "%d %s\n", os.Getpid(), m.Content()); err != nil {
			return err
		}
	}
	d, err := out.ClaimFrom(ctx, m)
	if err != nil {
		return err
	}
	d.Set("process", strconv.Itoa(os.Getpid()))
	d.SetContent(m.Content())
	return out.Publish(ctx, d)
}

func (r *recorder) Close() error {
	if r.file == nil {
		return nil
	}
	return r.file.Close()
}

// launched is a remote that the gateway launches: this test's program again.
func launched(t *testing.T, scheme, how string) outprocess.Remote {
	t.Helper()
	p := newPeer(t, scheme)
	r := p.remote()
	r.Launch = &outprocess.Launch{Path: os.Args[0], Args: []string{string(p.control)}, Env: []string{
		behaviour + "=" + how,
		"GORACE=atexit_sleep_ms=0", // or the race detector makes each end take a second
	}}
	return r
}

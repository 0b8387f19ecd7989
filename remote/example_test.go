package remote_test

import (
	"context"
	"encoding/json"
	"os"
	"os/signal"
	"strings"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/message"
	"github.com/millrace/millrace/module"
	"github.com/millrace/millrace/remote"
)

// shouter answers every message with its content in capitals.
type shouter struct{}

func (shouter) Configure(json.RawMessage) error { return nil }

func (shouter) Receive(ctx context.Context, out *engine.Publisher, m message.Message) error {
	d, err := out.ClaimFrom(ctx, m) // the answer begins with the message's properties
	if err != nil {
		return err
	}
	d.SetContent([]byte(strings.ToUpper(string(m.Content()))))
	return out.Publish(ctx, d)
}

// A whole remote module. The gateway's document has it as
//
//	{"name": "shouter", "args": null, "loader": {"name": "outprocess", "entrypoint":
//	    {"activation.type": "launch", "control.id": "shouter.control",
//	     "launch": {"path": "./shouter", "args": ["shouter.control"]}}}}
func Example() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	spec := module.Spec{Name: "shouter", New: func() module.Module { return shouter{} }}
	err := remote.Serve(ctx, os.Args[1], remote.Of(spec), remote.Options{Once: true})
	if err != nil {
		os.Stderr.WriteString(err.Error() + "\n")
	}
}

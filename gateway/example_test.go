package gateway_test

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/millrace/millrace/document"
	"github.com/millrace/millrace/gateway"
	"github.com/millrace/millrace/modules/standard"
)

// A gateway that begins with nothing, is given a module and a link in v1's form, loses the module
// again, and tells of all that.
func ExampleGateway_Update() {
	kinds := must(standard.Registry())
	g := must(gateway.New(&document.Document{}, gateway.Options{Log: slog.New(slog.DiscardHandler)}))
	ctx, stop := context.WithCancel(context.Background())
	update := func(text string) {
		o := document.Options{Onto: g.Document()}
		check(g.Update(ctx, must(document.Parse("update.json", []byte(text), kinds, o))))
	}
	g.OnEvent(func(e gateway.Event) { fmt.Println(e.Kind, e.Modules) })
	g.OnEvent(func(e gateway.Event) {
		if e.Kind == gateway.Started {
			update(`{"modules": [{"name": "m", "loader": {"entrypoint": {"module.path": "libconsole.so"}}}]}`)
			update(`{"links": [{"source": "*", "sink": "m"}]}`)
			must(g.Remove(ctx, "m"))
			stop()
		}
	})
	must(g.Run(ctx))
	// Output:
	// created []
	// started []
	// modules changed [{m console []}]
	// modules changed [{m console [*]}]
	// modules changed []
	// destroyed []
}

func must[T any](value T, err error) T {
	check(err)
	return value
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

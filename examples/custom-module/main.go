// Command smooth is a gateway with a module of its own: it shows the load of this machine's
// processors next to its moving average, until it is interrupted.
package main

import (
	"context"
	_ "embed"
	"fmt"
	"os"
	"os/signal"

	"github.com/millrace/millrace/document"
	"github.com/millrace/millrace/gateway"
	"github.com/millrace/millrace/module"
	"github.com/millrace/millrace/modules/standard"
)

//go:embed gateway.json
var text []byte

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, gateway.Options{}); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run runs the gateway until ctx is cancelled.
func run(ctx context.Context, o gateway.Options) error {
	kinds, err := module.NewRegistry(append(standard.Specs(), averageSpec())...)
	if err != nil {
		return err
	}
	doc, err := document.Parse("gateway.json", text, kinds, document.Options{})
	if err != nil {
		return err
	}
	g, err := gateway.New(doc, o)
	if err != nil {
		return err
	}
	_, err = g.Run(ctx)
	return err
}

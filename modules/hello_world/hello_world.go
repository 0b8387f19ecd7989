// Package helloworld publishes a greeting every five seconds, as v1's module of that name does.
package helloworld

import (
	"context"
	"encoding/json"
	"time"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/module"
	"github.com/millrace/millrace/modules/internal/periodic"
)

const (
	period  = 5 * time.Second
	key     = "helloWorld"
	value   = "from Azure IoT Gateway SDK simple sample!"
	content = "hello world"
)

// Spec describes the module.
func Spec() module.Spec {
	return module.Spec{
		Name:    "hello_world",
		Summary: "Publishes a greeting at once and then every five seconds",
		AnyArgs: true,
		Writes:  []module.Property{{Name: key, Doc: "Always the same text, v1's own"}},
		New:     func() module.Module { return new(greeter) },
	}
}

type greeter struct{}

func (*greeter) Configure(json.RawMessage) error { return nil }

func (*greeter) Start(_ context.Context, host module.Host) error {
	return periodic.Publish(host, period, greet)
}

func greet(ctx context.Context, out *engine.Publisher) error {
	d, err := out.Claim(ctx)
	if err != nil {
		return err
	}
	d.Set(key, value)
	d.SetContent([]byte(content))
	return out.Publish(ctx, d)
}

// Package periodic is the common shape of modules that publish on a clock.
package periodic

import (
	"context"
	"time"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/module"
)

// Publish starts a task that calls publish at once and then every period (above zero) until the
// gateway stops. An error of publish ends the task, and is the task's unless the gateway stops.
// It is to be called from Start. The publisher belongs to the task.
func Publish(
	host module.Host, period time.Duration,
	publish func(ctx context.Context, out *engine.Publisher) error,
) error {
	out, err := host.Publisher()
	if err != nil {
		return err
	}
	host.Go(func(ctx context.Context) error {
		defer out.Close()
		return repeat(ctx, period, func() error { return publish(ctx, out) })
	})
	return nil
}

func repeat(ctx context.Context, period time.Duration, do func() error) error {
	tick := time.NewTicker(period)
	defer tick.Stop()
	for {
		switch err := do(); {
		case ctx.Err() != nil:
			return nil
		case err != nil:
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

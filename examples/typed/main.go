// Command typed is examples/embed with a Go struct for a message.
package main

import (
	"context"
	"fmt"
	"log"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/filter"
	"github.com/millrace/millrace/message"
	"github.com/millrace/millrace/typed"
)

// Reading is what the sensor says.
type Reading struct {
	Device  string  `property:"device"`
	Celsius float64 `property:"celsius"`
}

func main() {
	ctx, e := context.Background(), engine.New(engine.Options{})
	show := func(_ context.Context, _ *engine.Publisher, r Reading) { fmt.Println(r.Device, r.Celsius) }
	bad := func(_ context.Context, _ *engine.Publisher, _ message.Message, err error) { log.Print(err) }
	sensor := must(e.Attach("sensor", nil, engine.ModuleOptions{}))
	must(e.Attach("display", must(typed.Each(e, show, bad)), engine.ModuleOptions{}))
	check(e.Link(engine.Link{Source: "sensor", Sink: "display", Filter: filter.Greater("celsius", 30)}))

	pub, readings := must(sensor.Publisher()), must(typed.NewWriter[Reading](e))
	check(readings.PublishBatch(ctx, pub, []Reading{{"freezer", -18}, {"oven", 31.5}}))
	must(e.Close(ctx)) // drains
}

func must[T any](v T, err error) T {
	check(err)
	return v
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

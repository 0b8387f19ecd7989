// Command embed is the broker inside another program: a sensor, a display and a filter between.
package main

import (
	"context"
	"fmt"
	"log"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/filter"
	"github.com/millrace/millrace/message"
)

func main() {
	ctx, e := context.Background(), engine.New(engine.Options{})
	sensor := must(e.Attach("sensor", nil, engine.ModuleOptions{}))
	show := func(_ context.Context, _ *engine.Publisher, m message.Message) { fmt.Printf("%s\n", m.Content()) }
	must(e.Attach("display", engine.Each(show), engine.ModuleOptions{}))
	hot := engine.Link{Source: "sensor", Sink: "display", Filter: filter.Greater("celsius", 30)}
	check(e.Link(hot))

	pub := must(sensor.Publisher())
	for _, celsius := range []string{"29.5", "31.0"} {
		draft := must(pub.Claim(ctx))
		draft.Set("celsius", celsius)
		draft.SetContent([]byte("it is " + celsius))
		check(pub.Publish(ctx, draft))
	}
	report := must(e.Close(ctx)) // drains
	fmt.Println(report.Links[0].Delivered, "delivered,", report.Links[0].Filtered, "filtered")
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

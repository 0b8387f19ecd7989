package engine_test

import (
	"context"
	"fmt"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/filter"
	"github.com/millrace/millrace/message"
)

// A sensor publishes, a filter on the link decides, a display receives.
func Example() {
	ctx := context.Background()
	e := engine.New(engine.Options{})
	sensor, _ := e.Attach("sensor", nil, engine.ModuleOptions{})
	show := func(_ context.Context, _ *engine.Publisher, m message.Message) {
		value, _ := m.Property("celsius")
		fmt.Printf("%s: %s\n", value, m.Content())
	}
	_, _ = e.Attach("display", engine.Each(show), engine.ModuleOptions{})
	_ = e.Link(engine.Link{
		Source: "sensor", Sink: "display", Filter: filter.Greater("celsius", 30),
	})

	pub, _ := sensor.Publisher()
	for _, celsius := range []string{"29.5", "30.5", "31"} {
		draft, _ := pub.Claim(ctx)
		draft.Set("celsius", celsius)
		draft.SetContent([]byte("hot"))
		if err := pub.Publish(ctx, draft); err != nil {
			fmt.Println(err)
		}
	}
	pub.Close()

	report, err := e.Close(ctx)
	link := report.Links[0]
	fmt.Println(link.In, link.Delivered, link.Filtered, err)
	// Output:
	// 30.5: hot
	// 31: hot
	// 3 2 1 <nil>
}

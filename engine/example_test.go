package engine_test

import (
	"context"
	"fmt"
	"time"

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

// A program that stops when a context is done publishes what it still has with another one: with one
// that is done, nothing is queued. Then Close drains.
func ExamplePublisher_Publish_stop() {
	ctx, stop := context.WithCancel(context.Background())
	e := engine.New(engine.Options{})
	meter, _ := e.Attach("meter", nil, engine.ModuleOptions{})
	show := func(_ context.Context, _ *engine.Publisher, m message.Message) {
		fmt.Printf("%s\n", m.Content())
	}
	_, _ = e.Attach("display", engine.Each(show), engine.ModuleOptions{})
	_ = e.Link(engine.Link{Source: "meter", Sink: "display"})

	pub, _ := meter.Publisher()
	reading, _ := pub.Claim(ctx)
	reading.SetContent([]byte("the last reading"))
	stop() // as a signal would

	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	if err := pub.Publish(last, reading); err != nil {
		fmt.Println("not published:", err)
	}
	pub.Close()
	report, err := e.Close(last)
	fmt.Println(report.Links[0].Delivered, err)
	// Output:
	// the last reading
	// 1 <nil>
}

// A source that acknowledges upstream what every sink has done with.
func ExampleCompletions() {
	ctx := context.Background()
	e := engine.New(engine.Options{})
	source, _ := e.Attach("source", nil, engine.ModuleOptions{})
	store := engine.Each(func(_ context.Context, _ *engine.Publisher, m message.Message) {
		fmt.Printf("stored %s\n", m.Content())
	})
	_, _ = e.Attach("store", store, engine.ModuleOptions{})
	_ = e.Link(engine.Link{Source: "source", Sink: "store"})
	pub, _ := source.Publisher()
	done := source.Completions(0)

	draft, _ := pub.Claim(ctx)
	draft.SetContent([]byte("a reading"))
	_ = done.Ask(draft, 42)
	_ = pub.Publish(ctx, draft)
	for batch := range done.All(ctx) {
		fmt.Println("acknowledge", batch[0].ID, batch[0].Outcome)
		break
	}
	// Output:
	// stored a reading
	// acknowledge 42 taken
}

// Command engine has four sources and three sinks that each want a part of what these send, one of them
// slow, which drops what is oldest; drops are counted, and what is on its way at the end is delivered.
// Command ../channels does the same by hand.
package main

import (
	"context"
	"fmt"
	"log"
	"sync"
	"time"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/filter"
	"github.com/millrace/millrace/message"
)

func main() {
	ctx, e := context.Background(), engine.New(engine.Options{})
	sink := func(name, wants string, pause time.Duration, full engine.FullPolicy) {
		take := func(context.Context, *engine.Publisher, message.Message) { time.Sleep(pause) }
		must(e.Attach(name, engine.Each(take), engine.ModuleOptions{Capacity: 64}))
		check(e.Link(engine.Link{
			Source: engine.Any, Sink: name, Filter: must(filter.Parse(wants)),
			Delivery: engine.Delivery{WhenFull: full},
		}))
	}
	sink("alarms", "value > 900", 0, engine.Block)
	sink("history", "kind = 'power'", 0, engine.Block)
	sink("screen", "kind = 'heat'", time.Millisecond, engine.DropOldest)

	var sending sync.WaitGroup
	for _, kind := range []string{"power", "heat", "flow", "noise"} {
		pub := must(must(e.Attach(kind, nil, engine.ModuleOptions{})).Publisher())
		value := pub.Key("value")
		sending.Go(func() {
			for n := range 1000 {
				draft := must(pub.Claim(ctx))
				draft.Set("kind", kind)
				draft.SetInt(value, int64(n))
				check(pub.Publish(ctx, draft))
			}
		})
	}
	sending.Wait()
	report := must(e.Close(ctx)) // drains
	for _, l := range report.Links {
		fmt.Println(l.Sink, l.Delivered, "delivered,", l.Dropped.Total(), "dropped")
	}
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

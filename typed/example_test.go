package typed_test

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"log"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/filter"
	"github.com/millrace/millrace/message"
	"github.com/millrace/millrace/typed"
)

// Reading is a struct and a message.
type Reading struct {
	Device  string  `property:"device"`
	Celsius float64 `property:"celsius"`
}

// A sensor publishes readings; a display receives those that a filter lets through.
func Example() {
	ctx, e := context.Background(), engine.New(engine.Options{})
	show := func(_ context.Context, _ *engine.Publisher, r Reading) { fmt.Println(r.Device, r.Celsius) }
	bad := func(_ context.Context, _ *engine.Publisher, _ message.Message, err error) { log.Print(err) }
	sensor := must(e.Attach("sensor", nil, engine.ModuleOptions{}))
	must(e.Attach("display", must(typed.Each(e, show, bad)), engine.ModuleOptions{}))
	must(0, e.Link(engine.Link{Source: "sensor", Sink: "display", Filter: filter.Greater("celsius", 30)}))

	pub, readings := must(sensor.Publisher()), must(typed.NewWriter[Reading](e))
	must(0, readings.Publish(ctx, pub, Reading{"oven", 31.5}))
	must(0, readings.PublishBatch(ctx, pub, []Reading{{"freezer", -18}, {"oven", 32}}))
	must(e.Close(ctx))
	// Output:
	// oven 31.5
	// oven 32
}

// Alarm has a static property, and is what a handler makes of a Reading.
type Alarm struct {
	Site   string  `property:"site,static"`
	Device string  `property:"device"`
	Above  float64 `property:"above,decimals=1"`
	Text   string  `content:"raw"`
}

// A handler receives one type and publishes another; its Writer is made beforehand.
func ExampleEach() {
	ctx, e := context.Background(), engine.New(engine.Options{})
	alarms := must(typed.NewWriter[Alarm](e))
	watch := func(ctx context.Context, out *engine.Publisher, r Reading) {
		if above := r.Celsius - 30; above > 0 {
			must(0, alarms.Publish(ctx, out, Alarm{"bakery", r.Device, above, r.Device + " is hot"}))
		}
	}
	refused := 0
	bad := func(context.Context, *engine.Publisher, message.Message, error) { refused++ }
	show := func(_ context.Context, _ *engine.Publisher, m message.Message) {
		for key, value := range m.Properties().All() {
			fmt.Printf("%s=%s ", key, value)
		}
		fmt.Printf("%q\n", m.Content())
	}
	sensor := must(e.Attach("sensor", nil, engine.ModuleOptions{}))
	must(e.Attach("watch", must(typed.Each(e, watch, bad)), engine.ModuleOptions{}))
	must(e.Attach("display", engine.Each(show), engine.ModuleOptions{}))
	must(0, e.Link(engine.Link{Source: "sensor", Sink: "watch"}))
	must(0, e.Link(engine.Link{Source: "watch", Sink: "display"}))

	pub, readings := must(sensor.Publisher()), must(typed.NewWriter[Reading](e))
	must(0, readings.Publish(ctx, pub, Reading{"oven", 31.5}))
	draft := must(pub.Claim(ctx)) // somebody forgets a property
	draft.Set("device", "freezer")
	must(0, pub.Publish(ctx, draft))
	must(e.Close(ctx))
	fmt.Println(refused, "refused")
	// Output:
	// site=bakery device=oven above=1.5 "oven is hot"
	// 1 refused
}

// Sample is a content with a codec of its own, as generated code has one.
type Sample struct{ X, Y uint16 }

type sampleCodec struct{}

func (sampleCodec) Append(b []byte, s Sample) ([]byte, error) {
	return binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16(b, s.X), s.Y), nil
}

func (sampleCodec) Unmarshal(b []byte, s *Sample) error {
	if len(b) != 4 {
		return errors.New("want four bytes")
	}
	*s = Sample{binary.BigEndian.Uint16(b), binary.BigEndian.Uint16(b[2:])}
	return nil
}

// A codec appends to the message's own memory, as proto.MarshalAppend does.
func ExampleContent() {
	type Trace struct {
		Sensor string `property:"sensor"`
		Sample Sample `content:"codec"`
	}
	e := engine.New(engine.Options{})
	codec := typed.Content(sampleCodec{})
	pub := must(must(e.Attach("scope", nil, engine.ModuleOptions{})).Publisher())
	draft := must(must(typed.NewWriter[Trace](e, codec)).Claim(context.Background(), pub, Trace{"a", Sample{1, 2}}))
	defer draft.Abort()
	fmt.Printf("% x\n", draft.Content())

	m := must(message.New(map[string]string{"sensor": "b"}, []byte{0, 3, 0, 4}))
	fmt.Println(must(must(typed.NewReader[Trace](e, codec)).Read(m)))
	// Output:
	// 00 01 00 02
	// {b {3 4}}
}

func must[T any](v T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return v
}

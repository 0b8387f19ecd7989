package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/message"
	"github.com/millrace/millrace/module"
)

// averageSpec describes the module to people, to the document checker and to the gateway.
func averageSpec() module.Spec {
	return module.Spec{
		Name:    "moving_average",
		Summary: "Adds the average of the latest values of a property",
		Args: []module.Arg{
			{
				Name: "property", Type: module.String, Default: `"value"`, Pattern: `.+`,
				Doc: "The property to average",
			},
			{
				Name: "window", Type: module.Int, Default: `10`, Min: new(1.0), Max: new(10_000.0),
				Doc: "How many values to average",
			},
		},
		Reads:   []module.Property{{Name: "*", Doc: "The averaged one; all are passed on"}},
		Writes:  []module.Property{{Name: "*", Doc: "As received, and average"}},
		Example: json.RawMessage(`{"property":"value","window":10}`),
		New:     func() module.Module { return new(average) },
	}
}

// average passes messages on with the moving average of one property. The engine calls Receive
// from one goroutine at a time, so its fields need no lock.
type average struct {
	property string
	window   []float64 // the latest values, in a circle
	next     int       // where in window the next value goes
	seen     int       // how many values window holds
}

// Configure takes the arguments, which have been checked against the spec.
func (a *average) Configure(raw json.RawMessage) error {
	args := struct {
		Property string `json:"property"`
		Window   int    `json:"window"`
	}{"value", 10}
	if err := module.Decode(raw, &args); err != nil {
		return err
	}
	if args.Window < 1 {
		return fmt.Errorf("window is %d; want 1 or more", args.Window)
	}
	a.property, a.window = args.Property, make([]float64, args.Window)
	return nil
}

// Receive answers a message with one that has the average. Messages without the property pass by.
func (a *average) Receive(ctx context.Context, out *engine.Publisher, m message.Message) error {
	text, found := m.Property(a.property)
	if !found {
		return nil
	}
	value, err := strconv.ParseFloat(string(text), 64)
	if err != nil {
		return fmt.Errorf("property %s is %q, which is not a number", a.property, text)
	}
	answer, err := out.ClaimFrom(ctx, m)
	if err != nil {
		return err
	}
	answer.Set("average", strconv.FormatFloat(a.add(value), 'f', 3, 64))
	answer.SetContent(m.Content())
	return out.Publish(ctx, answer)
}

// add takes a value into the window and returns the average of what is in it.
func (a *average) add(value float64) float64 {
	a.window[a.next] = value
	a.next = (a.next + 1) % len(a.window)
	a.seen = min(a.seen+1, len(a.window))
	sum := 0.0
	for _, v := range a.window[:a.seen] {
		sum += v
	}
	return sum / float64(a.seen)
}

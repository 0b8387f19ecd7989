// Package simulator plays a device that publishes as fast as it can, as the module of that name in
// v1's performance test does. Module metrics is its other half.
//
// Every message has v1's properties and content, and the time at which it was written, read from
// the clock for each message by itself. The clock is the monotonic one, set to the time of day when
// the module starts: a step of the time of day meanwhile is not seen.
//
// Without a delay messages are published in batches of 64. A batch that finds no room waits for it,
// also when the time is up: nothing is dropped at the end of a run. Only when the module is stopped
// from outside is the waiting bounded, by a second.
package simulator

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/millrace/millrace/fault"
	"github.com/millrace/millrace/message"
	"github.com/millrace/millrace/module"
)

// Spec describes the module.
func Spec() module.Spec {
	return module.Spec{
		Name:    "simulator",
		Summary: "Publishes numbered messages with a timestamp as fast as it can, to measure a gateway",
		Args: []module.Arg{
			{
				Name: "deviceId", Type: module.String, Required: true, Pattern: `[^\x00]+`,
				Doc: "The device's name, different for each simulator of a gateway",
			},
			{
				Name: "duration", Type: module.Duration, Min: new(1.0),
				Doc: "How long to publish, from the start on; until stopped when not given",
			},
			{
				Name: "message.delay", Type: module.Duration, Default: "0", Min: new(0.0),
				Doc: "Time between two messages; 0 is as fast as possible",
			},
			{
				Name: "properties.count", Type: module.Int, Default: "2", Min: new(0.0),
				Max: new(float64(propertiesMax)),
				Doc: "How many properties each message has beside the four that metrics reads",
			},
			{
				Name: "properties.size", Type: module.Int, Default: "16", Min: new(0.0),
				Max: new(float64(message.DefaultPropertyBytes)),
				Doc: "Size of each such property, in bytes",
			},
			{
				Name: "message.size", Type: module.Int, Default: "256", Min: new(0.0),
				Max: new(float64(message.DefaultContent)), Doc: "Size of the content, in bytes",
			},
		},
		Writes: []module.Property{
			{Name: keyDevice, Doc: "The device's name"},
			{Name: keySequence, Doc: "The message's number, from 1"},
			{Name: keyTimestamp, Doc: "When the message was written, in microseconds since 1970"},
			{Name: keyCount, Doc: "How many properties follow"},
			{Name: "property*", Doc: "property0 and so on, of the size asked for"},
		},
		Example: json.RawMessage(`{"deviceId":"device1","duration":"10s"}`),
		New:     func() module.Module { return new(simulator) },
	}
}

const (
	keyDevice    = "deviceId"
	keySequence  = "sequence number"
	keyTimestamp = "timestamp"
	keyCount     = "property count"

	propertiesMax = message.DefaultProperties - 4
)

type simulator struct {
	device        string
	delay         time.Duration // 0: none
	duration      time.Duration // 0: until stopped
	count         int           // of the properties
	size, content int           // bytes
}

func (s *simulator) Configure(raw json.RawMessage) error {
	args := struct {
		DeviceID string      `json:"deviceId"`
		Duration module.Span `json:"duration"`
		Delay    module.Span `json:"message.delay"`
		Count    int         `json:"properties.count"`
		Size     int         `json:"properties.size"`
		Content  int         `json:"message.size"`
	}{Count: 2, Size: 16, Content: 256}
	if err := module.Decode(raw, &args); err != nil {
		return err
	}
	*s = simulator{
		device: args.DeviceID, duration: args.Duration.Duration(), delay: args.Delay.Duration(),
		count: args.Count, size: args.Size, content: args.Content,
	}
	return s.fits()
}

// What the properties of one message take at most, in bytes, beside the values that are given.
const (
	longestNumber = 20
	ownProperties = len(keyDevice+keySequence+keyTimestamp+keyCount) + 3*longestNumber + 4*2
	perProperty   = len("property00") + 2
)

// propertyBytes is an upper bound for one message's.
func (s *simulator) propertyBytes() int {
	return ownProperties + len(s.device) + s.count*(perProperty+s.size)
}

// fits refuses what would be too much for one message.
func (s *simulator) fits() error {
	excess := s.propertyBytes() - message.DefaultPropertyBytes
	if excess <= 0 {
		return nil
	}
	return fault.Fault{
		Problem: fmt.Sprintf("the properties of one message are %d bytes too many", excess),
		Want: fmt.Sprintf("want a shorter %q, a smaller %q or a smaller %q",
			keyDevice, "properties.count", "properties.size"),
	}
}

func (s *simulator) Start(_ context.Context, host module.Host) error {
	out, err := host.Publisher()
	if err != nil {
		return err
	}
	host.Go(func(ctx context.Context) error {
		defer out.Close()
		return newRun(s, out).run(ctx)
	})
	return nil
}

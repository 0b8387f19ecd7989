// Package metrics measures what arrives from simulators, as the module of that name in v1's
// performance test does, and prints its figures when the gateway has stopped.
//
// What the figures mean:
//
//   - The duration is the time from the first message to the last one, and the rate is what was
//     received over it.
//   - A message's latency is the time from its timestamp to when it is handled here, with a reading
//     of the clock for each message by itself. It is the monotonic clock, set to the time of day
//     when the module is opened. Both ends round down to microseconds, and a timestamp ahead of the
//     clock, as one from another machine may be, is a latency of 0.
//   - A message conforms if it has the four properties that a simulator writes, with numbers where
//     they belong, and as many others (property0 and so on) as it says. One that does not is
//     received, but counts in no other figure.
//   - A device's messages are numbered from 1. Out of sequence is one that arrives after one with a
//     higher number, repeated is one whose number has arrived before, and lost are the numbers below
//     the highest that have not arrived. Of the ranges of missing numbers the newest 1024 are
//     remembered: one of an older range that arrives after all passes for a repeated one.
//   - Messages from more than 1024 devices are told apart no further than that.
package metrics

import (
	"context"
	"encoding/json"
	"io"
	"time"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/message"
	"github.com/millrace/millrace/module"
)

// Spec describes the module.
func Spec() module.Spec {
	return module.Spec{
		Name:    "metrics",
		Summary: "Counts simulators' messages and prints rate, latency and losses at the end",
		Reads: []module.Property{
			{Name: keyDevice, Doc: "The device whose message it is"},
			{Name: keySequence, Doc: "The message's number among the device's, from 1"},
			{Name: keyTimestamp, Doc: "When the message was written, in microseconds since 1970"},
			{Name: keyCount, Doc: "How many properties named property0 and so on there are"},
			{Name: "property*", Doc: "Counted"},
		},
		New: func() module.Module { return new(metrics) },
	}
}

const (
	keyDevice    = "deviceId"
	keySequence  = "sequence number"
	keyTimestamp = "timestamp"
	keyCount     = "property count"
)

// metrics belongs to its handler, and to Close afterwards.
type metrics struct {
	name    string
	stdout  io.Writer
	opened  time.Time
	reader  reader
	figures figures
}

func (m *metrics) Configure(raw json.RawMessage) error {
	var none struct{}
	return module.Decode(raw, &none)
}

func (m *metrics) Open(_ context.Context, host module.Host) error {
	m.name, m.stdout, m.opened = host.Name(), host.Stdout(), time.Now()
	return nil
}

// ReceiveBatch measures. What does not conform is counted and not an error.
func (m *metrics) ReceiveBatch(
	_ context.Context, _ *engine.Publisher, batch []message.Message,
) error {
	start := m.opened.UnixNano()
	for _, one := range batch {
		now := time.Since(m.opened)
		properties := one.Properties()
		r, ok := m.reader.read(&properties)
		m.figures.arrive(now)
		if !ok {
			m.figures.nonConforming++
			continue
		}
		m.figures.take(r, uint64(start+int64(now))/uint64(time.Microsecond))
	}
	return nil
}

// Close prints the figures.
func (m *metrics) Close() error {
	_, err := m.stdout.Write(m.figures.append(nil, m.name))
	return err
}

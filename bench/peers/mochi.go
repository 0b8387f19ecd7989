package main

import (
	"errors"
	"fmt"
	"io"
	"log/slog"

	mqtt "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/hooks/auth"
	"github.com/mochi-mqtt/server/v2/packets"
)

const mochiInline = "mochi inline"

func mochi() peer {
	return peer{
		name: mochiInline, what: "mochi-mqtt/server/v2, inline client, the properties in the payload",
		open: openMochi,
	}
}

// mochiRig has a topic in front of each stage, and one in front of the sinks.
type mochiRig struct {
	job    job
	server *mqtt.Server
	sinks  *sinks
	failed error // of a publish by a stage; inline handlers run on the publisher's goroutine
}

func openMochi(j job) (rig, error) {
	quiet := slog.New(slog.NewTextHandler(io.Discard, nil))
	r := &mochiRig{job: j, sinks: newSinks(j.sinks)}
	r.server = mqtt.New(&mqtt.Options{InlineClient: true, Logger: quiet})
	if err := r.server.AddHook(new(auth.AllowHook), nil); err != nil {
		return nil, err
	}
	if err := r.server.Serve(); err != nil {
		return nil, err
	}
	for i := range j.stages {
		next := topic(i + 1)
		pass := func(_ *mqtt.Client, _ packets.Subscription, p packets.Packet) {
			if err := r.server.Publish(next, append([]byte(nil), p.Payload...), false, 0); err != nil {
				r.failed = err
			}
		}
		if err := r.server.Subscribe(topic(i), 1, pass); err != nil {
			return nil, err
		}
	}
	for i := range j.sinks {
		k := &r.sinks.all[i]
		take := func(_ *mqtt.Client, _ packets.Subscription, p packets.Packet) {
			k.took(rightImage(p.Payload))
		}
		if err := r.server.Subscribe(topic(j.stages), i+1, take); err != nil {
			return nil, err
		}
	}
	return r, nil
}

func topic(i int) string { return fmt.Sprintf("hop/%d", i) }

// send publishes for all sources from one goroutine: inline handlers run on it, and a sink is no
// handler of several goroutines at a time.
func (r *mochiRig) send(n int) error {
	r.sinks.expect(n)
	first := topic(0)
	for i := range n {
		if err := r.server.Publish(first, appendImage(make([]byte, 0, imageSize), r.job, i), false, 0); err != nil {
			return err
		}
	}
	return errors.Join(r.failed, r.sinks.wait())
}

func (r *mochiRig) close() error { return errors.Join(r.server.Close(), r.sinks.verify()) }

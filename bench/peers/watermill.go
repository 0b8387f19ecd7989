package main

import (
	"context"
	"errors"
	"strconv"
	"sync"

	"github.com/ThreeDotsLabs/watermill"
	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/ThreeDotsLabs/watermill/pubsub/gochannel"
)

const watermillChannel = "watermill GoChannel"

func watermillGoChannel() peer {
	return peer{
		name: watermillChannel, what: "ThreeDotsLabs/watermill GoChannel, five entries of metadata",
		open: openWatermill,
	}
}

// mill has a topic in front of each stage, and one in front of the sinks.
type mill struct {
	job    job
	pubsub *gochannel.GoChannel
	sinks  *sinks
	ended  sync.WaitGroup
	mu     sync.Mutex
	failed error
}

func openWatermill(j job) (rig, error) {
	config := gochannel.Config{OutputChannelBuffer: ringSize}
	m := &mill{job: j, sinks: newSinks(j.sinks)}
	m.pubsub = gochannel.NewGoChannel(config, watermill.NopLogger{})
	for i := range j.stages {
		if err := m.listen(i, m.stage(strconv.Itoa(i+1))); err != nil {
			return nil, err
		}
	}
	for i := range j.sinks {
		k := &m.sinks.all[i]
		take := func(v *message.Message) { k.took(v.Metadata.Get(wantedKey) == wantedValue) }
		if err := m.listen(j.stages, take); err != nil {
			return nil, err
		}
	}
	return m, nil
}

func (m *mill) listen(topic int, handle func(*message.Message)) error {
	in, err := m.pubsub.Subscribe(context.Background(), strconv.Itoa(topic))
	if err != nil {
		return err
	}
	m.ended.Go(func() {
		for v := range in {
			v.Ack()
			handle(v)
		}
	})
	return nil
}

func (m *mill) stage(next string) func(*message.Message) {
	return func(v *message.Message) {
		copied := message.NewMessage(v.UUID, append([]byte(nil), v.Payload...))
		for key, value := range v.Metadata {
			copied.Metadata.Set(key, value)
		}
		if err := m.pubsub.Publish(next, copied); err != nil {
			m.fail(err)
		}
	}
}

func (m *mill) fail(err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.failed = errors.Join(m.failed, err)
}

func (m *mill) send(n int) error {
	m.sinks.expect(n)
	err := feed(m.job.sources, n, func(_, n int) error {
		for i := range n {
			v := message.NewMessage(strconv.Itoa(i), append([]byte(nil), content...))
			var t texts
			t.write(m.job, i)
			for k := range t {
				v.Metadata.Set(t[k][0], t[k][1])
			}
			if err := m.pubsub.Publish("0", v); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return m.sinks.wait()
}

func (m *mill) close() error {
	err := m.pubsub.Close()
	m.ended.Wait()
	return errors.Join(err, m.failed, m.sinks.verify())
}

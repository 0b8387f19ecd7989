package main

import (
	"strconv"

	"github.com/asaskevich/EventBus"
)

func eventBuses() []peer {
	return []peer{
		{
			name: "EventBus sync", what: "asaskevich/EventBus, handlers called by Publish",
			cannot: func(j job) string {
				if j.stages > 0 {
					return "it hangs: Publish holds the bus's lock while handlers run"
				}
				return ""
			},
			open: func(j job) (rig, error) { return openBus(j, (*bus).subscribe) },
		},
		{
			name: "EventBus async", what: "asaskevich/EventBus, a goroutine a call, transactional",
			open: func(j job) (rig, error) { return openBus(j, (*bus).subscribeAsync) },
		},
	}
}

// bus has one topic in front of each stage, and one in front of the sinks.
type bus struct {
	bus   EventBus.Bus
	job   job
	sinks *sinks
}

func openBus(j job, subscribe func(b *bus, topic string, f func(*parcel)) error) (rig, error) {
	b := &bus{bus: EventBus.New(), job: j, sinks: newSinks(j.sinks)}
	for i := range j.stages {
		next := strconv.Itoa(i + 1)
		err := subscribe(b, strconv.Itoa(i), func(p *parcel) {
			q := *p
			b.bus.Publish(next, &q)
		})
		if err != nil {
			return nil, err
		}
	}
	for i := range j.sinks {
		k := &b.sinks.all[i]
		take := func(p *parcel) { k.took(p.right()) }
		if err := subscribe(b, strconv.Itoa(j.stages), take); err != nil {
			return nil, err
		}
	}
	return b, nil
}

func (b *bus) subscribe(topic string, f func(*parcel)) error { return b.bus.Subscribe(topic, f) }

func (b *bus) subscribeAsync(topic string, f func(*parcel)) error {
	return b.bus.SubscribeAsync(topic, f, true)
}

func (b *bus) send(n int) error {
	b.sinks.expect(n)
	err := feed(b.job.sources, n, func(_, n int) error {
		for i := range n {
			p := new(parcel)
			p.write(b.job, i)
			b.bus.Publish("0", p)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return b.sinks.wait()
}

func (b *bus) close() error {
	b.bus.WaitAsync()
	return b.sinks.verify()
}

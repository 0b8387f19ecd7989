package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/filter"
	"github.com/millrace/millrace/message"
)

// idle attaches modules that never receive anything; their goroutines' stacks count.
func idle(m *meter) error {
	const many = 10_000
	before := inUse()
	e := engine.New(engine.Options{})
	if err := each(many, attach(e, engine.ModuleOptions{}))(); err != nil {
		return err
	}
	m.add("memory", kilobytes, (inUse()-before)/many/1024)
	return closing(e)()
}

// receivers attaches modules that have received a message, and idle since.
func receivers(m *meter) error {
	return worked(m, func(*engine.Publisher) error { return nil })
}

// relays attaches modules that have received a message and published one.
func relays(m *meter) error {
	return worked(m, func(out *engine.Publisher) error { return publish(out, "first", "message") })
}

func worked(m *meter, work func(*engine.Publisher) error) error {
	const many = 2000
	e := engine.New(engine.Options{})
	source, err := e.Attach("source", nil, engine.ModuleOptions{})
	if err != nil {
		return err
	}
	before := inUse()
	answered := make(chan error, many)
	answer := func(_ context.Context, out *engine.Publisher, _ []message.Message) { answered <- work(out) }
	var all engine.Change
	for i := range many {
		if _, err := e.Attach(name(i), engine.HandlerFunc(answer), engine.ModuleOptions{}); err != nil {
			return err
		}
		all.Link = append(all.Link, engine.Link{Source: "source", Sink: name(i)})
	}
	if err := e.Apply(all); err != nil {
		return err
	}
	pub, err := source.Publisher()
	if err != nil {
		return err
	}
	if err := publish(pub, "first", "message"); err != nil {
		return err
	}
	if err := each(many, func(int) error { return <-answered })(); err != nil {
		return err
	}
	m.add("memory", kilobytes, (inUse()-before)/many/1024)
	pub.Close()
	return closing(e)()
}

func hundredThousand(m *meter) error {
	const many = 100_000
	e := engine.New(engine.Options{})
	began := time.Now()
	if err := each(many, attach(e, engine.ModuleOptions{}))(); err != nil {
		return err
	}
	m.add("attached", seconds, time.Since(began).Seconds())
	m.add("memory at its peak", megabytes, peak())
	return closing(e)()
}

const (
	crowdSize = 10_000
	crowdSays = 10 // messages of each
	crowdKey  = "for"
)

// crowd attaches modules to a bus, of which each then publishes messages that one sink wants.
func crowd(m *meter) error {
	e := engine.New(engine.Options{})
	received := make(chan int, 1024)
	began := time.Now()
	wants := filter.Equal(crowdKey, "sink")
	take := func(_ context.Context, _ *engine.Publisher, batch []message.Message) { received <- len(batch) }
	if _, err := e.Attach("sink", engine.HandlerFunc(take), engine.ModuleOptions{Accept: &wants}); err != nil {
		return err
	}
	if err := each(crowdSize, func(i int) error { return attach(e, wanting(i))(i) })(); err != nil {
		return err
	}
	m.add("attached", seconds, time.Since(began).Seconds())
	said := make(chan error, 1)
	go func() { said <- each(crowdSize, speak(e))() }()
	for missing := crowdSize * crowdSays; missing > 0; {
		select {
		case n := <-received:
			missing -= n
		case err := <-said:
			if err != nil {
				return err
			}
			said = nil
		}
	}
	m.add("attached and all published", seconds, time.Since(began).Seconds())
	m.add("memory at its peak", megabytes, peak())
	return closing(e)()
}

// speak lets the i-th module publish.
func speak(e *engine.Engine) func(i int) error {
	return func(i int) error {
		m, ok := e.Module(name(i))
		if !ok {
			return fmt.Errorf("%s is not attached", name(i))
		}
		p, err := m.Publisher()
		if err != nil {
			return err
		}
		defer p.Close()
		return each(crowdSays, func(int) error { return publish(p, crowdKey, "sink") })()
	}
}

func publish(p *engine.Publisher, key, value string) error {
	d, err := p.Claim(context.Background())
	if err != nil {
		return err
	}
	d.Set(key, value)
	return p.Publish(context.Background(), d)
}

// change makes single changes on a bus of 10n modules, while a bystander publishes.
func change(m *meter) error {
	const changes = 200
	e := engine.New(engine.Options{})
	if err := each(10*m.n, func(i int) error { return attach(e, wanting(i))(i) })(); err != nil {
		return err
	}
	by, err := newBystander(e)
	if err != nil {
		return err
	}
	go by.publish()
	var attaching, detaching []float64
	for range changes {
		began := time.Now()
		extra, err := e.Attach("extra", nothing, wanting(0))
		if err != nil {
			return err
		}
		attached := time.Now()
		if err := extra.Detach(context.Background()); err != nil {
			return err
		}
		attaching = append(attaching, float64(attached.Sub(began))/1000)
		detaching = append(detaching, float64(time.Since(attached))/1000)
	}
	if err := by.end(); err != nil {
		return err
	}
	slices.Sort(attaching)
	slices.Sort(detaching)
	m.add("attach, median", "us", attaching[changes/2])
	m.add("detach, median", "us", detaching[changes/2])
	slices.Sort(by.took)
	m.add("a bystander's publish, p99.9", "us", by.took[len(by.took)*999/1000])
	m.add("a bystander's publish, worst", "us", by.took[len(by.took)-1])
	return closing(e)()
}

// bystander publishes to a sink of its own, a message every 50 us, and takes how long each publish was.
type bystander struct {
	pub    *engine.Publisher
	stop   chan struct{}
	failed chan error
	took   []float64 // us
}

func newBystander(e *engine.Engine) (*bystander, error) {
	source, err := e.Attach("bystander", nil, engine.ModuleOptions{})
	if err != nil {
		return nil, err
	}
	if _, err := e.Attach("friend", nothing, engine.ModuleOptions{}); err != nil {
		return nil, err
	}
	if err := e.Link(engine.Link{Source: "bystander", Sink: "friend"}); err != nil {
		return nil, err
	}
	pub, err := source.Publisher()
	return &bystander{pub: pub, stop: make(chan struct{}), failed: make(chan error, 1)}, err
}

func (b *bystander) publish() {
	for {
		select {
		case <-b.stop:
			b.failed <- nil
			return
		default:
		}
		began := time.Now()
		err := publish(b.pub, "wanted", "nothing of this")
		b.took = append(b.took, float64(time.Since(began))/1000)
		if err != nil {
			b.failed <- err
			return
		}
		time.Sleep(50 * time.Microsecond)
	}
}

func (b *bystander) end() error {
	close(b.stop)
	err := <-b.failed
	b.pub.Close()
	if len(b.took) == 0 {
		err = errors.Join(err, errors.New("the bystander never published"))
	}
	return err
}

// lanes has sources whose first message goes to a sink of large capacity that drops the oldest.
func lanes(m *meter) error {
	sources := min(20, m.n/5)
	e := engine.New(engine.Options{})
	if _, err := e.Attach("sink", nothing, engine.ModuleOptions{Capacity: engine.MaxCapacity}); err != nil {
		return err
	}
	all := make([]*engine.Publisher, sources)
	for i := range all {
		source, err := e.Attach(name(i), nil, engine.ModuleOptions{})
		if err != nil {
			return err
		}
		oldest := engine.Delivery{WhenFull: engine.DropOldest}
		if err := e.Link(engine.Link{Source: name(i), Sink: "sink", Delivery: oldest}); err != nil {
			return err
		}
		if all[i], err = source.Publisher(); err != nil {
			return err
		}
		d, err := all[i].Claim(context.Background()) // the module's memory is not the queue's
		if err != nil {
			return err
		}
		d.Abort()
	}
	before := inUse()
	began := time.Now()
	for _, p := range all {
		if err := publish(p, "first", "message"); err != nil {
			return err
		}
	}
	m.add("a message", "us", time.Since(began).Seconds()*1e6/float64(sources))
	m.add("memory of its queue", kilobytes, (inUse()-before)/float64(sources)/1024)
	return closing(e)()
}

package main

import (
	"context"
	"strconv"
	"time"

	"github.com/millrace/millrace/bench/yardstick"
	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/message"
)

const (
	engineBatched = "engine, 64 at a time"
	engineOne     = "engine, one at a time"
	engineForward = "engine, passing on"
	engineLike    = "engine, by template"
)

func engines() []peer {
	return []peer{
		{
			name: engineBatched, what: "Millrace, PublishBatch of 64",
			open: func(j job) (rig, error) { return openEngine(j, batchSize, false, yardstick.ByKeys) },
		},
		{
			name: engineOne, what: "Millrace, Publish",
			open: func(j job) (rig, error) { return openEngine(j, 1, false, yardstick.ByKeys) },
		},
		{
			name: engineForward, what: "Millrace, PublishBatch of 64, and Forward at the stages",
			open: func(j job) (rig, error) { return openEngine(j, batchSize, true, yardstick.ByKeys) },
			cannot: func(j job) string {
				if j.stages == 0 {
					return "there is no stage"
				}
				return ""
			},
		},
		{
			name: engineLike, what: "Millrace, PublishBatch of 64, constant properties from a template",
			open:   func(j job) (rig, error) { return openEngine(j, batchSize, false, yardstick.ByTemplate) },
			cannot: onlyFloors,
		},
	}
}

// coder writes messages at sources and reads them at sinks.
type coder interface {
	source(ctx context.Context, pub *engine.Publisher) (source, error)
	right(m message.Message) bool
}

// source claims the messages of one publisher, written.
type source interface {
	Claim(ctx context.Context) (message.Draft, error)
}

// code is the coder of a job's form.
type code struct{ form *yardstick.Form }

func newCode(e *engine.Engine, j job, h yardstick.How) code {
	return code{yardstick.NewForm(e.Key, j.message(), h)}
}

func (c code) source(ctx context.Context, pub *engine.Publisher) (source, error) {
	return yardstick.NewSource(ctx, pub, c.form)
}

func (c code) right(m message.Message) bool { return c.form.Right(m) }

// broker does a job with the engine as anybody gets it: default options.
type broker struct {
	engine *engine.Engine
	code   coder
	pubs   []*engine.Publisher
	from   []source // of each publisher
	batch  int
	passes bool // stages pass on what they receive, instead of writing a new message
	sinks  *sinks
}

func openEngine(j job, batch int, passes bool, h yardstick.How) (rig, error) {
	return openBroker(j, batch, passes, func(e *engine.Engine) coder { return newCode(e, j, h) })
}

func openBroker(j job, batch int, passes bool, newCode func(*engine.Engine) coder) (rig, error) {
	b := &broker{
		engine: engine.New(engine.Options{}), batch: batch, passes: passes, sinks: newSinks(j.sinks),
	}
	b.code = newCode(b.engine)
	next, err := b.attachSinks(j)
	if err != nil {
		return nil, err
	}
	for i := j.stages - 1; i >= 0; i-- {
		name := "stage" + strconv.Itoa(i)
		if next, err = b.attach(name, b.stage(), next); err != nil {
			return nil, err
		}
	}
	for i := range j.sources {
		if err := b.attachSource("source"+strconv.Itoa(i), next); err != nil {
			return nil, err
		}
	}
	return b, nil
}

func (b *broker) attachSource(name string, next []string) error {
	if _, err := b.attach(name, nil, next); err != nil {
		return err
	}
	m, _ := b.engine.Module(name)
	pub, err := m.Publisher()
	if err != nil {
		return err
	}
	from, err := b.code.source(context.Background(), pub)
	b.pubs, b.from = append(b.pubs, pub), append(b.from, from)
	return err
}

func (b *broker) attachSinks(j job) (names []string, err error) {
	for i := range j.sinks {
		k := &b.sinks.all[i]
		name := "sink" + strconv.Itoa(i)
		h := func(_ context.Context, _ *engine.Publisher, batch []message.Message) {
			for _, m := range batch {
				k.took(b.code.right(m))
			}
		}
		if _, err := b.attach(name, engine.HandlerFunc(h), nil); err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	return names, nil
}

// attach adds a module and its links to the next ones.
func (b *broker) attach(name string, h engine.Handler, next []string) ([]string, error) {
	if _, err := b.engine.Attach(name, h, engine.ModuleOptions{}); err != nil {
		return nil, err
	}
	for _, sink := range next {
		if err := b.engine.Link(engine.Link{Source: name, Sink: sink}); err != nil {
			return nil, err
		}
	}
	return []string{name}, nil
}

func (b *broker) stage() engine.Handler {
	if !b.passes {
		return &relay{broker: b}
	}
	return engine.HandlerFunc(
		func(ctx context.Context, out *engine.Publisher, batch []message.Message) {
			if err := out.Forward(ctx, batch); err != nil {
				panic(err)
			}
		})
}

// relay is a stage. It publishes what it makes of a batch at once, or one by one.
type relay struct {
	broker *broker
	drafts []message.Draft
}

func (r *relay) Receive(ctx context.Context, out *engine.Publisher, batch []message.Message) {
	r.drafts = r.drafts[:0]
	for _, m := range batch {
		d, err := out.ClaimFrom(ctx, m)
		if err != nil {
			panic(err)
		}
		d.SetContent(m.Content())
		if r.broker.batch > 1 {
			r.drafts = append(r.drafts, d)
		} else if err := out.Publish(ctx, d); err != nil {
			panic(err)
		}
	}
	if err := out.PublishBatch(ctx, r.drafts); err != nil {
		panic(err)
	}
}

func (b *broker) send(n int) error {
	b.sinks.expect(n)
	if err := feed(len(b.pubs), n, b.source); err != nil {
		return err
	}
	return b.sinks.wait()
}

func (b *broker) source(i, n int) error {
	ctx, pub, from := context.Background(), b.pubs[i], b.from[i]
	drafts := make([]message.Draft, 0, b.batch)
	for sent := 0; sent < n; sent += b.batch {
		drafts = drafts[:0]
		for range b.batch {
			d, err := from.Claim(ctx)
			if err != nil {
				return err
			}
			drafts = append(drafts, d)
		}
		if err := publish(ctx, pub, drafts); err != nil {
			return err
		}
	}
	return nil
}

func publish(ctx context.Context, pub *engine.Publisher, drafts []message.Draft) error {
	if len(drafts) == 1 {
		return pub.Publish(ctx, drafts[0])
	}
	return pub.PublishBatch(ctx, drafts)
}

func (b *broker) close() error {
	for _, p := range b.pubs {
		p.Close()
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if _, err := b.engine.Close(ctx); err != nil {
		return err
	}
	return b.sinks.verify()
}

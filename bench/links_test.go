package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/millrace/millrace/document"
	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/gateway"
	"github.com/millrace/millrace/message"
	"github.com/millrace/millrace/module"
)

// desk is one of a thousand sinks; each takes what its filter says.
type desk struct{ received *atomic.Uint64 }

func (d desk) Configure(json.RawMessage) error { return nil }

func (d desk) ReceiveBatch(_ context.Context, _ *engine.Publisher, batch []message.Message) error {
	d.received.Add(uint64(len(batch)))
	return nil
}

// clerk is the source: it publishes n messages, each for one desk, when it is started.
type clerk struct {
	n     int
	begin func() // when it is up
	end   func() // when all is published
}

func (c *clerk) Configure(json.RawMessage) error { return nil }

func (c *clerk) Start(_ context.Context, h module.Host) error {
	out, err := h.Publisher()
	if err != nil {
		return err
	}
	h.Go(func(ctx context.Context) error {
		defer out.Close()
		c.begin()
		defer c.end()
		return c.publish(ctx, out)
	})
	return nil
}

func (c *clerk) publish(ctx context.Context, out *engine.Publisher) error {
	key, value := out.Key("desk"), out.Key("value")
	batch := make([]message.Draft, 0, DefaultBatch)
	for i := range c.n {
		d, err := out.Claim(ctx)
		if err != nil {
			return err
		}
		d.SetKey(key, deskNames[i%desks])
		d.SetKey(value, "42")
		if batch = append(batch, d); len(batch) == cap(batch) || i == c.n-1 {
			if err := out.PublishBatch(ctx, batch); err != nil {
				return err
			}
			batch = batch[:0]
		}
	}
	return nil
}

const desks = 1000

var deskNames = func() (names [desks]string) {
	for i := range names {
		names[i] = fmt.Sprintf("desk%d", i)
	}
	return names
}()

// office is a document of a thousand links with a filter each, all from one source.
func office() []byte {
	var modules, links []string
	for _, name := range deskNames {
		modules = append(modules, fmt.Sprintf(`{"name": %q, "module": "desk"}`, name))
		links = append(links, fmt.Sprintf(`{"source": "clerk", "sink": %q, "filter": "desk = '%s' AND value > 30"}`,
			name, name))
	}
	modules = append(modules, `{"name": "clerk", "module": "clerk"}`)
	return fmt.Appendf(nil, `{"modules": [%s], "links": [%s]}`,
		strings.Join(modules, ",\n"), strings.Join(links, ",\n"))
}

func clerkly(b *testing.B, c *clerk, received *atomic.Uint64) *module.Registry {
	kinds, err := module.NewRegistry(
		module.Spec{Name: "desk", Summary: "Takes its own", New: func() module.Module { return desk{received} }},
		module.Spec{Name: "clerk", Summary: "Publishes", New: func() module.Module { return c }},
	)
	if err != nil {
		b.Fatal(err)
	}
	return kinds
}

// BenchmarkThousandLinks loads and runs a gateway document of a thousand links, each with a filter:
//
//	Load   document -> running gateway -> stopped
//	Route  clerk -> (1 of 1000 filters) -> desk
func BenchmarkThousandLinks(b *testing.B) {
	b.Run("Load", func(b *testing.B) {
		for range b.N {
			runOffice(b, &clerk{begin: func() {}, end: func() {}})
		}
	})
	b.Run("Route", func(b *testing.B) {
		runOffice(b, &clerk{n: b.N, begin: b.ResetTimer, end: b.StopTimer})
	})
}

func runOffice(b *testing.B, c *clerk) {
	b.Helper()
	var received atomic.Uint64
	doc, err := document.Parse("office.json", office(), clerkly(b, c, &received), document.Options{})
	if err != nil {
		b.Fatal(err)
	}
	g, err := gateway.New(doc, gateway.Options{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		b.Fatal(err)
	}
	if _, err := g.Run(context.Background()); err != nil {
		b.Fatal(err)
	}
	if received.Load() != uint64(c.n) {
		b.Fatalf("%d of %d messages were delivered", received.Load(), c.n)
	}
}

package engine_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/message"
	"github.com/millrace/millrace/property"
)

// ending is a way in which a draft may lose its publisher, and late a use of it thereafter.
type ending struct {
	name string
	end  func(t *testing.T, e *engine.Engine, m *engine.Module, p *engine.Publisher)
}

func endings() []ending {
	return []ending{
		{"the publisher is closed", func(_ *testing.T, _ *engine.Engine, _ *engine.Module, p *engine.Publisher) {
			p.Close()
		}},
		{"the module is detached", func(t *testing.T, _ *engine.Engine, m *engine.Module, _ *engine.Publisher) {
			must(t, m.Detach(within(t)))
		}},
		{"and then the publisher is closed", func(t *testing.T, _ *engine.Engine, m *engine.Module, p *engine.Publisher) {
			must(t, m.Detach(within(t)))
			p.Close()
		}},
		{"the engine is closed", func(t *testing.T, e *engine.Engine, _ *engine.Module, p *engine.Publisher) {
			_, err := e.Close(within(t))
			must(t, err)
			p.Close()
		}},
	}
}

// lateUses of a draft are harmless.
func lateUses(key property.Key) map[string]func(message.Draft) {
	long := make([]byte, 3000)
	return map[string]func(message.Draft){
		"Set":           func(d message.Draft) { d.Set("late", "late") },
		"SetBytes":      func(d message.Draft) { d.SetBytes([]byte("late"), long) },
		"SetKey":        func(d message.Draft) { d.SetKey(key, "late") },
		"SetInt":        func(d message.Draft) { d.SetInt(key, 1) },
		"Delete":        func(d message.Draft) { d.Delete("number") },
		"SetContent":    func(d message.Draft) { d.SetContent(long) },
		"AppendContent": func(d message.Draft) { d.AppendContent(func(b []byte) []byte { return append(b, long...) }) },
		"Err":           func(d message.Draft) { _ = d.Err() },
		"Properties":    func(d message.Draft) { d.Properties().Len() },
		"Content":       func(d message.Draft) { d.Content() },
		"Abort":         func(d message.Draft) { d.Abort(); d.Abort() },
	}
}

// A draft that outlives its publisher, module or engine reaches nothing that another writes, whatever
// is done with it while another publisher of the module, or of its successor, goes on.
func TestADraftThatOutlivesItsPublisherHarmsNobody(t *testing.T) {
	for _, c := range endings() {
		t.Run(c.name, func(t *testing.T) {
			e := engine.New(engine.Options{})
			source := attach(t, e, "source", nil)
			p := publisher(t, source)
			key := p.Key("key")
			late := lateUses(key)
			drafts := make(map[string]message.Draft)
			for name := range late {
				d := claim(t, p)
				d.Set("number", "1")
				drafts[name] = d
			}
			c.end(t, e, source, p)
			var all sync.WaitGroup
			all.Go(func() { othersGoOn(t, e, key) })
			for name, use := range late {
				use(drafts[name])
				if err := p.Publish(within(t), drafts[name]); !errors.Is(err, engine.ErrClosed) {
					t.Errorf("Publish after %s: %v", name, err)
				}
				if err := p.PublishBatch(within(t), []message.Draft{drafts[name]}); !errors.Is(err, engine.ErrClosed) {
					t.Errorf("PublishBatch after %s: %v", name, err)
				}
			}
			all.Wait()
			p.Close()
			if _, err := e.Close(within(t)); err != nil { // it names what is held
				t.Error(err)
			}
		})
	}
}

// othersGoOn publishes in the same engine, from a module of the same name if there is none, and holds
// every message to what was written.
func othersGoOn(t *testing.T, e *engine.Engine, key property.Key) {
	source, there := e.Module("source")
	if !there {
		var err error
		if source, err = e.Attach("source", nil, engine.ModuleOptions{}); err != nil {
			return // closed
		}
	}
	sink := engine.Each(func(_ context.Context, _ *engine.Publisher, m message.Message) {
		n, ok := m.Properties().Int(key)
		if want := fmt.Sprint("content ", n); !ok || m.Properties().Len() != 1 || string(m.Content()) != want {
			t.Errorf("%v properties, %q", m.Properties().Len(), m.Content())
		}
	})
	if _, err := e.Attach("sink", sink, engine.ModuleOptions{}); err != nil {
		return
	}
	must(t, e.Link(engine.Link{Source: "source", Sink: "sink"}))
	p, err := source.Publisher()
	if err != nil {
		return
	}
	defer p.Close()
	for n := range 300 {
		d, err := p.Claim(within(t))
		if err != nil {
			t.Error(err)
			return
		}
		d.SetInt(key, int64(n))
		d.SetContent(fmt.Append(nil, "content ", n))
		must(t, p.Publish(within(t), d))
	}
}

// A publisher that has ended claims nothing: the memory may be another's by now.
func TestAnEndedPublisherClaimsNothing(t *testing.T) {
	for _, c := range endings() {
		t.Run(c.name, func(t *testing.T) {
			e := engine.New(engine.Options{})
			source := attach(t, e, "source", nil)
			p := publisher(t, source)
			template, err := p.Template(func(d message.Draft) { d.Set("a", "1") })
			must(t, err)
			m, err := message.New(nil, nil)
			must(t, err)
			c.end(t, e, source, p)
			for name, claim := range map[string]func() (message.Draft, error){
				"Claim":         func() (message.Draft, error) { return p.Claim(within(t)) },
				"ClaimFrom":     func() (message.Draft, error) { return p.ClaimFrom(within(t), m) },
				"ClaimTemplate": func() (message.Draft, error) { return p.ClaimTemplate(within(t), template) },
			} {
				if _, err := claim(); !errors.Is(err, engine.ErrClosed) {
					t.Errorf("%s: %v", name, err)
				}
			}
		})
	}
}

// Another publisher's draft is refused, and ends with that: nothing of it stays with its own publisher.
func TestAForeignDraftEndsWithItsRefusal(t *testing.T) {
	e := engine.New(engine.Options{Memory: 16 << 10})
	m := attach(t, e, "source", nil)
	first, second := publisher(t, m), publisher(t, m)
	for range 1000 {
		d, err := first.Claim(within(t))
		must(t, err)
		if err := second.Publish(within(t), d); !errors.Is(err, engine.ErrForeign) {
			t.Fatal(err)
		}
	}
	closed(t, e)
}

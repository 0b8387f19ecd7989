package gateway

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/millrace/millrace/document"
	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/filter"
	"github.com/millrace/millrace/message"
	"github.com/millrace/millrace/module"
)

// staged returns the stages of modules named by letters, and links such as "ab", as text.
func staged(names, bus string, links ...string) string {
	var modules []*instance
	for _, name := range strings.Split(names, "") {
		in := &instance{doc: document.Module{Name: name}}
		if strings.Contains(bus, name) {
			in.doc.Filter = &filter.Filter{}
		}
		modules = append(modules, in)
	}
	var list []document.Link
	for _, l := range links {
		list = append(list, document.Link{Source: l[:1], Sink: l[1:]})
	}
	var text []string
	for _, stage := range stages(modules, list) {
		part := ""
		for _, in := range stage {
			part += in.doc.Name
		}
		text = append(text, part)
	}
	return strings.Join(text, " ")
}

func TestStages(t *testing.T) {
	for _, c := range []struct {
		names, bus string
		links      []string
		want       string
	}{
		{"abc", "", nil, "cba"},
		{"abc", "", []string{"ca", "ab"}, "c a b"},
		{"abcd", "", []string{"ab", "ac", "bd", "cd"}, "a cb d"},
		{"abcd", "", []string{"ab", "bc", "cb", "cd"}, "a cb d"},
		{"ab", "", []string{"aa", "ab"}, "a b"},
		{"abc", "c", []string{"ab"}, "a b c"},
		{"abc", "bc", nil, "a cb"},
		{"abc", "", []string{"*c", "ab"}, "a b c"},
		{"abc", "", []string{"*a"}, "cb a"},
	} {
		if got := staged(c.names, c.bus, c.links...); got != c.want {
			t.Errorf("%s, bus %q, %v: %q, want %q", c.names, c.bus, c.links, got, c.want)
		}
	}
}

// Whatever the links, each module is in one stage, and no link leads back from a later stage to an
// earlier one.
func TestStagesOfRandomLinks(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	const names = "abcdefgh"
	for range 2000 {
		var links []string
		for range random.IntN(12) {
			links = append(links, string(names[random.IntN(8)])+string(names[random.IntN(8)]))
		}
		at := make(map[byte]int)
		for i, stage := range strings.Fields(staged(names, "", links...)) {
			for _, name := range []byte(stage) {
				at[name] = i
			}
		}
		for _, l := range links {
			if at[l[0]] > at[l[1]] {
				t.Fatalf("%v: %v", links, at)
			}
		}
		if len(at) != len(names) {
			t.Fatalf("%v: %v", links, at)
		}
	}
}

// echo answers from a goroutine of its own to what it receives.
type echo struct {
	*probe
	asked    chan string
	answered chan struct{}
}

func (e *echo) Start(_ context.Context, h module.Host) error {
	out, err := h.Publisher()
	if err != nil {
		return err
	}
	h.Go(func(ctx context.Context) error {
		defer out.Close()
		defer close(e.answered)
		for text := range e.asked {
			d, err := out.Claim(context.Background())
			if err != nil {
				return err
			}
			d.Set("answer", text)
			if err := out.Publish(context.Background(), d); err != nil {
				return err
			}
		}
		return nil
	})
	return nil
}

func (e *echo) Receive(_ context.Context, _ *engine.Publisher, m message.Message) error {
	value, _ := m.Property("k")
	e.asked <- string(value)
	return nil
}

// Drain is called when all has been received.
func (e *echo) Drain(context.Context) error {
	close(e.asked)
	<-e.answered
	return nil
}

// What two modules in a row answer while the gateway stops gets through: each is stopped when what was
// on its way to it has arrived, and has been answered.
func TestAnswersGetThroughWhileTheGatewayStops(t *testing.T) {
	newEcho := func(name string) *echo {
		return &echo{&probe{name: name}, make(chan string, 100_000), make(chan struct{})}
	}
	one, two := newEcho("one"), newEcho("two")
	got := 0
	sink := &probe{name: "sink", receive: func(context.Context, *engine.Publisher, message.Message) error {
		got++
		return nil
	}}
	enough := make(chan struct{})
	sent := 0
	source := &probe{name: "source", on: task(func(ctx context.Context, h module.Host) error {
		out, err := h.Publisher()
		if err != nil {
			return err
		}
		defer out.Close()
		for ctx.Err() == nil {
			if err := publishTo(context.Background(), out, 1, "k", "v"); err != nil {
				return err
			}
			if sent++; sent == 1000 {
				close(enough)
			}
		}
		return nil
	})}
	d := doc([]document.Link{
		{Source: "source", Sink: "one"}, {Source: "one", Sink: "two"}, {Source: "two", Sink: "sink"},
	}, sink, source)
	for _, e := range []*echo{two, one} { // before the source: they are up when it begins
		spec := module.Spec{Name: "echo", New: func() module.Module { return e }}
		d.Modules = slices.Insert(d.Modules, 0, document.Module{Name: e.name, Spec: spec})
	}
	r, err := runUntil(t, d, quiet(), enough)
	if err != nil {
		t.Error(err)
	}
	balanced(t, r)
	if got != sent {
		t.Errorf("%d sent, %d came back", sent, got)
	}
}

// A module that goes on answering has half of the time, and is stopped then.
func TestAnswersWithoutEnd(t *testing.T) {
	chatters := &talker{probe: &probe{name: "chatters"}}
	on, up := beacon()
	d := doc([]document.Link{{Source: "other", Sink: "last"}}, chatters, &probe{name: "last", on: on})
	o := quiet()
	o.StopTimeout = 200 * time.Millisecond
	if _, err := runUntil(t, d, o, up); err != nil || !chatters.asked {
		t.Error(err, chatters.asked)
	}
}

type talker struct {
	*probe
	asked bool
}

func (c *talker) Drain(ctx context.Context) error {
	c.asked = true
	<-ctx.Done()
	return nil
}

// Reopen calls each module that can, between two calls of its handler; its errors are logged.
func TestReopen(t *testing.T) {
	var log lines
	o := quiet()
	o.Log = slog.New(slog.NewTextHandler(&log, nil))
	keeps := &reopener{probe: &probe{name: "keeps"}}
	g, err := New(doc(nil, keeps), o)
	if err != nil {
		t.Fatal(err)
	}
	g.Reopen() // before Run it does nothing
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { _, err := g.Run(ctx); ended <- err }()
	for e := range g.Events(ctx) {
		if e.Kind == Started {
			break
		}
	}
	for range 2 {
		g.Reopen()
	}
	cancel()
	if err := <-ended; err != nil || keeps.times != 2 {
		t.Error(err, keeps.times)
	}
	g.Reopen() // nor after it
	if n := strings.Count(log.String(), "cannot be reopened"); n != 2 || keeps.times != 2 {
		t.Errorf("%d times:\n%s", keeps.times, &log)
	}
}

type reopener struct {
	*probe
	times int
}

func (r *reopener) Reopen(context.Context) error {
	r.times++
	return fmt.Errorf("time %d", r.times)
}

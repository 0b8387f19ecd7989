package gateway

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/millrace/millrace/document"
	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/filter"
	"github.com/millrace/millrace/message"
	"github.com/millrace/millrace/module"
)

// live is a gateway that runs.
type live struct {
	*Gateway
	t      *testing.T
	cancel context.CancelFunc
	ended  chan struct{}
	report Report
	err    error
}

// run runs a document in the background and returns when it has started.
func run(t *testing.T, d *document.Document, o Options) *live {
	t.Helper()
	g, err := New(d, o)
	if err != nil {
		t.Fatal(err)
	}
	l := &live{Gateway: g, t: t, ended: make(chan struct{})}
	ctx, cancel := context.WithCancel(t.Context())
	l.cancel = cancel
	events := g.Events(ctx)
	go func() {
		defer close(l.ended)
		l.report, l.err = g.Run(ctx)
	}()
	for e := range events {
		if e.Kind == Started || e.Kind == Destroyed {
			break
		}
	}
	t.Cleanup(l.stop)
	return l
}

// stop stops it and waits.
func (l *live) stop() {
	l.cancel()
	<-l.ended
}

// lists puts modules and links into one line.
func (l *live) lists() string {
	d := l.Document()
	var parts []string
	for _, m := range d.Modules {
		parts = append(parts, m.Name)
	}
	for _, k := range d.Links {
		parts = append(parts, k.Source+"->"+k.Sink)
	}
	return strings.Join(parts, " ")
}

func (l *live) wantLists(want string) {
	l.t.Helper()
	if got := l.lists(); got != want {
		l.t.Errorf("the gateway has %q, want %q", got, want)
	}
}

// counter is a sink that counts.
func counter(name string) (*probe, *atomic.Int64) {
	n := new(atomic.Int64)
	return &probe{name: name, receive: func(context.Context, *engine.Publisher, message.Message) error {
		n.Add(1)
		return nil
	}}, n
}

// reach waits until a count is there.
func reach(t *testing.T, n *atomic.Int64, want int64) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); n.Load() < want; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%d in a minute, want %d", n.Load(), want)
		}
	}
}

// sourceOf publishes n messages as a task.
func sourceOf(name string, n int) *probe {
	return &probe{name: name, on: task(func(ctx context.Context, h module.Host) error {
		return publish(ctx, h, n, "from", name)
	})}
}

func TestUpdateAddsModulesAndLinks(t *testing.T) {
	sink, received := counter("sink")
	g := run(t, doc(nil, sink), quiet())
	j := &journal{}
	source := sourceOf("source", 100)
	source.journal = j
	between := &probe{name: "between", journal: j, receive: forward}
	links := []document.Link{{Source: "source", Sink: "between"}, {Source: "between", Sink: "sink"}}
	if err := g.Update(t.Context(), doc(links, between, source)); err != nil {
		t.Fatal(err)
	}
	if want := "configure between, configure source, open between, open source, start between, start source"; j.String() != want {
		t.Errorf("got  %s\nwant %s", j, want)
	}
	reach(t, received, 100)
	g.wantLists("sink between source source->between between->sink")
	g.stop()
	if g.err != nil || len(g.report.Modules) != 3 || !strings.Contains(j.String(), "close source, close between") {
		t.Errorf("%v, %+v, %s", g.err, g.report.Modules, j)
	}
	balanced(t, g.report)
}

func forward(ctx context.Context, out *engine.Publisher, m message.Message) error {
	d, err := out.ClaimFrom(ctx, m)
	if err != nil {
		return err
	}
	return out.Publish(ctx, d)
}

// Modules alone, then links alone, as v1's sample of dynamic loading has it.
func TestUpdateOfModulesThenOfLinks(t *testing.T) {
	g := run(t, doc(nil), quiet())
	sink, received := counter("sink")
	begin := make(chan struct{})
	source := &probe{name: "source", on: task(func(ctx context.Context, h module.Host) error {
		<-begin
		return publish(ctx, h, 10, "k", "v")
	})}
	if err := g.Update(t.Context(), doc(nil, sink, source)); err != nil {
		t.Fatal(err)
	}
	if err := g.Update(t.Context(), doc([]document.Link{{Source: "source", Sink: "sink"}})); err != nil {
		t.Fatal(err)
	}
	close(begin)
	reach(t, received, 10)
	select {
	case <-g.ended:
		t.Error("a gateway that began without tasks ended by itself")
	default:
	}
}

// TestUpdateIsUndoneWhole lets each step of an update fail: nothing stays open, no link stays, no name
// stays taken, what runs goes on, and the update works when its cause is gone.
func TestUpdateIsUndoneWhole(t *testing.T) {
	old := []document.Link{{Source: "a", Sink: "b", Filter: filter.Equal("k", "old")}}
	wide := []document.Link{{Source: "a", Sink: "b"}, {Source: "c", Sink: "b"}, {Source: "*", Sink: "d"}}
	for name, c := range map[string]struct {
		step    string // of d that fails
		links   []document.Link
		modules []string
		want    string
		undone  string // what becomes of what was opened
	}{
		"configure":       {step: "configure", want: `module "d": configure: probe`},
		"open":            {step: "open", want: `module "d": open: probe`, undone: "close c"},
		"start":           {step: "start", want: `module "d": start: probe`, undone: "close d, stop c, close c"},
		"unknown sink":    {links: []document.Link{{Source: "a", Sink: "x"}}, want: `links: engine: unknown: module "x"`, undone: "close d, close c"},
		"link is there":   {links: append(slices.Clone(wide), old...), want: "links: engine: already there", undone: "close d, close c"},
		"name is taken":   {modules: []string{"c", "a"}, want: `module "a": engine: already there`},
		"name twice":      {modules: []string{"c", "c"}, want: `module "c": engine: already there`},
		"dead letters'":   {modules: []string{"c", "*"}, want: `module "*": attach`, undone: "close *, close c"},
		"with its ctx":    {step: "cancel", want: "context canceled", undone: "stop d, close d, stop c, close c"},
		"a panic in open": {step: "panic", want: `module "d": open: panic: at once`, undone: "close c"},
	} {
		t.Run(name, func(t *testing.T) {
			g, b := withLoad(t, old)
			j := &journal{}
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			if c.modules == nil {
				c.modules = []string{"c", "d"}
			}
			if c.links == nil {
				c.links = wide
			}
			err := g.Update(ctx, doc(c.links, failing(j, c.modules, c.step, cancel)...))
			expect(t, err, nil, c.want)
			if !strings.HasSuffix(j.String(), c.undone) {
				t.Errorf("steps %s, want them to end with %s", j, c.undone)
			}
			if opened, closed := strings.Count(j.String(), "open "), strings.Count(j.String(), "close "); c.step != "open" && c.step != "panic" && opened != closed {
				t.Errorf("%d opened, %d closed: %s", opened, closed, j)
			}
			g.wantLists("a b a->b")
			b.onlyOld(t)
			if err := g.Update(t.Context(), doc(wide, failing(nil, []string{"c", "d"}, "", nil)...)); err != nil {
				t.Errorf("again: %v", err)
			}
			g.wantLists("a b c d a->b a->b c->b *->d")
		})
	}
}

// failing makes modules of which the last fails at a step.
func failing(j *journal, names []string, step string, cancel func()) (list []module.Module) {
	for _, name := range names {
		list = append(list, &probe{name: name, journal: j})
	}
	last := list[len(list)-1].(*probe)
	switch step {
	case "cancel":
		last.on = map[string]hook{"start": func(context.Context, module.Host) error { cancel(); return nil }}
	case "panic":
		last.on = map[string]hook{"open": func(context.Context, module.Host) error { panic("at once") }}
	default:
		last.on = map[string]hook{step: fail}
	}
	return list
}

// load is the sink of a gateway in which a publishes "old" and "new" in turn to b, which wants "old".
type load struct{ olds, news atomic.Int64 }

func withLoad(t *testing.T, links []document.Link) (*live, *load) {
	b := &load{}
	sink := &probe{name: "b", receive: func(_ context.Context, _ *engine.Publisher, m message.Message) error {
		if value, _ := m.Property("k"); string(value) == "old" {
			b.olds.Add(1)
		} else {
			b.news.Add(1)
		}
		return nil
	}}
	source := &probe{name: "a", on: task(func(ctx context.Context, h module.Host) error {
		out, err := h.Publisher()
		if err != nil {
			return err
		}
		defer out.Close()
		for ctx.Err() == nil && err == nil {
			err = errors.Join(publishTo(ctx, out, 1, "k", "old"), publishTo(ctx, out, 1, "k", "new"))
		}
		return err
	})}
	return run(t, doc(links, source, sink), quiet()), b
}

// onlyOld finds b with what it wanted before, and nothing else from now on.
func (b *load) onlyOld(t *testing.T) {
	t.Helper()
	reach(t, &b.olds, b.olds.Load()+2000) // more than its ring: what was on its way has arrived
	news := b.news.Load()
	reach(t, &b.olds, b.olds.Load()+100)
	if got := b.news.Load(); got != news {
		t.Errorf("%d messages by a link that was undone", got-news)
	}
}

func TestNoChangeBeforeOrAfterRun(t *testing.T) {
	g, err := New(doc(nil), quiet())
	if err != nil {
		t.Fatal(err)
	}
	refused := func() {
		t.Helper()
		_, err := g.Remove(t.Context(), "a")
		for _, err := range []error{err, g.Update(t.Context(), doc(nil)), g.Unlink(t.Context(), "a", "b")} {
			if !errors.Is(err, ErrNotRunning) {
				t.Errorf("got %v, want %v", err, ErrNotRunning)
			}
		}
	}
	refused()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := g.Run(ctx); err != nil {
		t.Error(err)
	}
	refused()
}

func TestAnUpdateCannotMoveDeadLetters(t *testing.T) {
	g := run(t, doc(nil), quiet())
	d := doc(nil)
	d.DeadLetter = "a"
	if err := g.Update(t.Context(), d); !errors.Is(err, ErrDeadLetter) {
		t.Errorf("got %v", err)
	}
}

func TestUnlink(t *testing.T) {
	sink, received := counter("b")
	links := []document.Link{{Source: "a", Sink: "b"}, {Source: "*", Sink: "b"}, {Source: "a", Sink: "c"}}
	other, _ := counter("c")
	g := run(t, doc(links, sourceOf("a", forEver), sink, other), quiet())
	for _, source := range []string{"a", "*"} {
		reach(t, received, received.Load()+10)
		if err := g.Unlink(t.Context(), source, "b"); err != nil {
			t.Error(err)
		}
	}
	g.wantLists("a b c a->c")
	if err := g.Unlink(t.Context(), "a", "b"); !errors.Is(err, engine.ErrUnknown) {
		t.Errorf("again: %v", err)
	}
}

// The last task of all ends while an update opens a module: the gateway does not end before that
// module has had its turn.
func TestAnUpdateIsWorkToCome(t *testing.T) {
	opening, finished := make(chan struct{}), make(chan struct{})
	first := &probe{name: "first", on: task(func(context.Context, module.Host) error {
		<-opening
		close(finished)
		return nil
	})}
	sink, received := counter("sink")
	g := run(t, doc(nil, first, sink), quiet())
	second := sourceOf("second", 50)
	second.on["open"] = func(context.Context, module.Host) error {
		close(opening)
		<-finished
		time.Sleep(50 * time.Millisecond) // time for the gateway to end, if it were to
		return nil
	}
	if err := g.Update(t.Context(), doc([]document.Link{{Source: "second", Sink: "sink"}}, second)); err != nil {
		t.Fatal(err)
	}
	<-g.ended // by itself
	if g.err != nil || received.Load() != 50 {
		t.Errorf("%v, received %d", g.err, received.Load())
	}
}

// An update of a module whose Open does not look at its context does not hold up the end; it is named.
func TestAnUpdateThatHangs(t *testing.T) {
	o := quiet()
	o.StopTimeout = 400 * time.Millisecond
	g := run(t, doc(nil), o)
	opening, release, updated := make(chan struct{}), make(chan struct{}), make(chan error)
	j := &journal{}
	slow := &probe{name: "slow", journal: j, on: map[string]hook{"open": func(context.Context, module.Host) error {
		close(opening)
		<-release
		return nil
	}}}
	go func() { updated <- g.Update(context.Background(), doc(nil, slow)) }()
	<-opening
	g.stop()
	expect(t, g.err, nil, `module "slow" did not stop in time: a change had not returned`)
	close(release)
	if err := <-updated; !errors.Is(err, ErrNotRunning) {
		t.Errorf("got %v, want %v", err, ErrNotRunning)
	}
	if want := "configure slow, open slow, close slow"; j.String() != want {
		t.Errorf("got %s, want %s", j, want)
	}
}

// TestChangesFromManyGoroutinesWhileItStops makes and unmakes modules and links, some of which panic,
// from many goroutines until the gateway stops under them: nothing hangs, and what was opened is
// closed.
func TestChangesFromManyGoroutinesWhileItStops(t *testing.T) {
	sink, received := counter("sink")
	g := run(t, doc([]document.Link{{Source: "base", Sink: "sink"}}, sink, sourceOf("base", forEver)), quiet())
	var opened, closed atomic.Int64
	ended := make(chan error)
	const workers = 4
	for w := range workers {
		go func() {
			var unexpected error
			for i := 0; ; i++ {
				err := g.comeAndGo(fmt.Sprintf("m%d", w), i, &opened, &closed)
				if errors.Is(err, ErrNotRunning) {
					break
				}
				unexpected = errors.Join(unexpected, err)
			}
			ended <- unexpected
		}()
	}
	reach(t, &opened, 40)
	reach(t, received, 1000)
	g.stop()
	for range workers {
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
	if g.err != nil && !errors.Is(g.err, ErrFailed) {
		t.Error(g.err)
	}
	if o, c := opened.Load(), closed.Load(); o != c {
		t.Errorf("%d opened, %d closed", o, c)
	}
	balanced(t, g.report)
}

// comeAndGo adds a module with links and takes it away again.
func (l *live) comeAndGo(name string, i int, opened, closed *atomic.Int64) error {
	count := func(n *atomic.Int64) hook {
		return func(context.Context, module.Host) error { n.Add(1); return nil }
	}
	p := sourceOf(name, 100)
	maps.Copy(p.on, map[string]hook{"open": count(opened), "close": count(closed)})
	if i%4 == 0 {
		var calls atomic.Int64
		p.receive = func(context.Context, *engine.Publisher, message.Message) error {
			if calls.Add(1)%50 == 1 {
				panic("now and then")
			}
			return nil
		}
	}
	links := []document.Link{{Source: name, Sink: "sink"}, {Source: "base", Sink: name},
		{Source: name, Sink: name}}
	if i%3 == 0 {
		links = append(links, document.Link{Source: "*", Sink: name})
	}
	d := doc(links, p)
	d.Modules[0].Restart = document.Restart{Backoff: time.Microsecond, Max: 1000}
	if err := l.Update(context.Background(), d); err != nil {
		return err
	}
	if i%2 == 0 {
		if err := l.Unlink(context.Background(), "base", name); err != nil {
			return err
		}
	}
	_, err := l.Remove(context.Background(), name)
	return err
}

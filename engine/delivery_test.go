package engine_test

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/filter"
	"github.com/millrace/millrace/message"
)

// gated is a sink whose handler waits at a gate and notes the numbers it receives.
type gated struct {
	gate    chan struct{}
	entered chan struct{} // closed when the handler was entered for the first time
	once    sync.Once
	mu      sync.Mutex
	numbers []int
}

func newGated() *gated { return &gated{gate: make(chan struct{}), entered: make(chan struct{})} }

func (g *gated) Receive(ctx context.Context, _ *engine.Publisher, batch []message.Message) {
	g.once.Do(func() { close(g.entered) })
	select {
	case <-g.gate:
	case <-ctx.Done():
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, m := range batch {
		value, _ := m.Property("number")
		n, _ := strconv.Atoi(string(value))
		g.numbers = append(g.numbers, n)
	}
}

func (g *gated) got() []int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Clone(g.numbers)
}

// gatedPair makes a source and a gated sink of capacity 4 whose handler holds the number 0.
func gatedPair(t *testing.T, d engine.Delivery) (*engine.Engine, *engine.Publisher, *gated) {
	e := engine.New(engine.Options{})
	g := newGated()
	source := attach(t, e, "source", nil)
	attachWith(t, e, "sink", g, engine.ModuleOptions{Capacity: 4})
	link(t, e, engine.Link{Source: "source", Sink: "sink", Delivery: d})
	p := publisher(t, source)
	must(t, publish(within(t), p, 0))
	<-g.entered
	return e, p, g
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func numbers(from, to int) []int {
	var list []int
	for n := from; n <= to; n++ {
		list = append(list, n)
	}
	return list
}

func closeWell(t *testing.T, e *engine.Engine) engine.Report {
	t.Helper()
	report, err := e.Close(within(t))
	must(t, err)
	checkBalance(t, report)
	return report
}

func TestBlockWaitsForRoom(t *testing.T) {
	e, p, g := gatedPair(t, engine.Delivery{})
	for n := 1; n <= 4; n++ {
		must(t, publish(within(t), p, n))
	}
	done := make(chan error)
	go func() { done <- publish(within(t), p, 5) }()
	select {
	case err := <-done:
		t.Fatalf("publish into a full ring returned %v", err)
	case <-time.After(20 * time.Millisecond):
	}
	close(g.gate)
	must(t, <-done)
	p.Close()
	closeWell(t, e)
	if got := g.got(); !slices.Equal(got, numbers(0, 5)) {
		t.Errorf("received %v", got)
	}
}

func TestBlockGivesUpAfterItsTimeout(t *testing.T) {
	e, p, g := gatedPair(t, engine.Delivery{Timeout: 5 * time.Millisecond})
	for n := 1; n <= 6; n++ {
		must(t, publish(within(t), p, n))
	}
	close(g.gate)
	p.Close()
	report := closeWell(t, e)
	if d := report.Links[0].Dropped; d.Timeout != 2 || d.Total() != 2 {
		t.Errorf("dropped %+v", d)
	}
	if got := g.got(); !slices.Equal(got, numbers(0, 4)) {
		t.Errorf("received %v", got)
	}
}

func TestBlockGivesUpWithItsContext(t *testing.T) {
	e, p, g := gatedPair(t, engine.Delivery{})
	for n := 1; n <= 4; n++ {
		must(t, publish(within(t), p, n))
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Millisecond)
	defer cancel()
	must(t, publish(ctx, p, 5))
	close(g.gate)
	p.Close()
	if d := closeWell(t, e).Links[0].Dropped; d.Cancelled != 1 || d.Total() != 1 {
		t.Errorf("dropped %+v", d)
	}
}

func TestDropNewest(t *testing.T) {
	e, p, g := gatedPair(t, engine.Delivery{WhenFull: engine.DropNewest})
	for n := 1; n <= 6; n++ {
		must(t, publish(within(t), p, n))
	}
	close(g.gate)
	p.Close()
	if d := closeWell(t, e).Links[0].Dropped; d.Newest != 2 || d.Total() != 2 {
		t.Errorf("dropped %+v", d)
	}
	if got := g.got(); !slices.Equal(got, numbers(0, 4)) {
		t.Errorf("received %v", got)
	}
}

func TestDropOldest(t *testing.T) {
	e, p, g := gatedPair(t, engine.Delivery{WhenFull: engine.DropOldest})
	for n := 1; n <= 6; n++ {
		must(t, publish(within(t), p, n))
	}
	close(g.gate)
	p.Close()
	if d := closeWell(t, e).Links[0].Dropped; d.Oldest != 2 || d.Total() != 2 {
		t.Errorf("dropped %+v", d)
	}
	if got := g.got(); !slices.Equal(got, []int{0, 3, 4, 5, 6}) {
		t.Errorf("received %v", got)
	}
}

// A link that drops its oldest must not touch another link's messages to the same sink.
func TestDropOldestDropsItsOwn(t *testing.T) {
	e, p, g := gatedPair(t, engine.Delivery{})
	lossy := attach(t, e, "lossy", nil)
	link(t, e, engine.Link{
		Source: "lossy", Sink: "sink", Delivery: engine.Delivery{WhenFull: engine.DropOldest},
	})
	q := publisher(t, lossy)
	for n := 1; n <= 4; n++ {
		must(t, publish(within(t), p, n))
	}
	for n := 101; n <= 120; n++ {
		must(t, publish(within(t), q, n))
	}
	close(g.gate)
	p.Close()
	q.Close()
	closeWell(t, e)
	if got := g.got(); !slices.Equal(got, append(numbers(0, 4), numbers(117, 120)...)) {
		t.Errorf("received %v", got)
	}
}

// The pair moves from dropping its oldest to blocking while messages are queued: order holds.
func TestOrderAcrossAChangeOfDelivery(t *testing.T) {
	for _, change := range [][2]engine.FullPolicy{
		{engine.DropOldest, engine.Block},
		{engine.Block, engine.DropOldest},
		{engine.DropOldest, engine.DropNewest},
	} {
		e, p, g := gatedPair(t, engine.Delivery{WhenFull: change[0]})
		must(t, publish(within(t), p, 1))
		must(t, publish(within(t), p, 2))
		must(t, e.Unlink("source", "sink"))
		link(t, e, engine.Link{Source: "source", Sink: "sink", Delivery: engine.Delivery{WhenFull: change[1]}})
		must(t, publish(within(t), p, 3))
		must(t, publish(within(t), p, 4))
		close(g.gate)
		p.Close()
		closeWell(t, e)
		if got := g.got(); !slices.Equal(got, numbers(0, 4)) {
			t.Errorf("%v: received %v", change, got)
		}
	}
}

// Links from a source and from Any to one sink deliver once, if either filter matches, and the
// source's own delivery counts.
func TestLinksOfOnePairDeliverOnce(t *testing.T) {
	e, p, g := gatedPair(t, engine.Delivery{WhenFull: engine.DropNewest})
	link(t, e, engine.Link{Source: engine.Any, Sink: "sink"})
	link(t, e, engine.Link{
		Source: "source", Sink: "sink", Filter: filter.Equal("number", "1"),
		Delivery: engine.Delivery{WhenFull: engine.DropNewest},
	})
	for n := 1; n <= 6; n++ {
		must(t, publish(within(t), p, n))
	}
	close(g.gate)
	p.Close()
	report := closeWell(t, e)
	if got := g.got(); !slices.Equal(got, numbers(0, 4)) {
		t.Errorf("received %v", got)
	}
	if i := slices.IndexFunc(report.Links, func(l engine.LinkStats) bool { return l.Source == "source" }); report.Links[i].In != 7 {
		t.Errorf("counted %+v", report.Links)
	}
}

// Without links a module takes from the bus what its filter accepts, but not its own messages.
func TestBus(t *testing.T) {
	e := engine.New(engine.Options{})
	g := newGated()
	close(g.gate)
	f := filter.AtLeast("number", 2)
	sink := attachWith(t, e, "sink", g, engine.ModuleOptions{Accept: &f})
	source := attach(t, e, "source", nil)
	for _, m := range []*engine.Module{source, sink} {
		p := publisher(t, m)
		for n := 1; n <= 3; n++ {
			must(t, publish(within(t), p, n))
		}
		p.Close()
	}
	report := closeWell(t, e)
	if got := g.got(); !slices.Equal(got, []int{2, 3}) {
		t.Errorf("received %v", got)
	}
	if report.Unrouted != 3 {
		t.Errorf("the sink's own messages go nowhere: %d unrouted", report.Unrouted)
	}
}

func TestErrors(t *testing.T) {
	e, p, g := gatedPair(t, engine.Delivery{})
	close(g.gate)
	other := publisher(t, attachedAs(t, e, "sink"))
	foreign, err := other.Claim(within(t))
	must(t, err)
	spoilt, err := p.Claim(within(t))
	must(t, err)
	spoilt.Set("k", "a\x00b")
	spent, err := p.Claim(within(t))
	must(t, err)
	must(t, p.Publish(within(t), spent))
	attachErr := func(name string) error {
		_, err := e.Attach(name, nil, engine.ModuleOptions{})
		return err
	}
	f := filter.Filter{}
	_, busErr := e.Attach("deaf", nil, engine.ModuleOptions{Accept: &f})
	for name, c := range map[string]struct{ got, want error }{
		"foreign draft":    {p.Publish(within(t), foreign), engine.ErrForeign},
		"NUL":              {p.Publish(within(t), spoilt), message.ErrNUL},
		"spent draft":      {p.Publish(within(t), spent), message.ErrSpent},
		"empty draft":      {p.Publish(within(t), message.Draft{}), engine.ErrForeign},
		"no name":          {attachErr(""), engine.ErrName},
		"star":             {attachErr("*"), engine.ErrName},
		"control":          {attachErr("a\nb"), engine.ErrName},
		"twice":            {attachErr("sink"), engine.ErrDuplicate},
		"deaf on the bus":  {busErr, engine.ErrNoHandler},
		"link twice":       {e.Link(engine.Link{Source: "source", Sink: "sink"}), engine.ErrDuplicate},
		"unknown source":   {e.Link(engine.Link{Source: "x", Sink: "sink"}), engine.ErrUnknown},
		"unknown sink":     {e.Link(engine.Link{Source: "source", Sink: "x"}), engine.ErrUnknown},
		"star sink":        {e.Link(engine.Link{Source: "source", Sink: "*"}), engine.ErrUnknown},
		"deaf sink":        {e.Link(engine.Link{Source: "sink", Sink: "source"}), engine.ErrNoHandler},
		"unlink":           {e.Unlink("sink", "source"), engine.ErrUnknown},
		"lossy timeout":    {e.Link(engine.Link{Source: "source", Sink: "sink", Delivery: engine.Delivery{WhenFull: engine.DropNewest, Timeout: 1}}), engine.ErrDelivery},
		"another delivery": {e.Link(engine.Link{Source: "source", Sink: "sink", Filter: filter.Exists("k"), Delivery: engine.Delivery{WhenFull: engine.DropNewest}}), engine.ErrDelivery},
	} {
		if !errors.Is(c.got, c.want) {
			t.Errorf("%s: got %v, want %v", name, c.got, c.want)
		}
	}
	p.Close()
	other.Close()
	if err := publish(within(t), p, 1); !errors.Is(err, engine.ErrClosed) {
		t.Errorf("publish on a closed publisher: %v", err)
	}
	closeWell(t, e)
}

// In a batch one mistake refuses all, and nothing was queued.
func TestBatchIsRefusedWhole(t *testing.T) {
	e, p, g := gatedPair(t, engine.Delivery{})
	close(g.gate)
	var batch []message.Draft
	for i := range 3 {
		d, err := p.Claim(within(t))
		must(t, err)
		if i == 1 {
			d.Set("k", "\x00")
		}
		batch = append(batch, d)
	}
	if err := p.PublishBatch(within(t), batch); !errors.Is(err, message.ErrNUL) {
		t.Errorf("got %v", err)
	}
	p.Close()
	if l := closeWell(t, e).Links[0]; l.In != 1 || l.Delivered != 1 {
		t.Errorf("counted %+v", l)
	}
}

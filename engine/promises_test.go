package engine_test

import (
	"context"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/message"
)

// Every promise in doc.go has a test of its name, with a case or two that one can read, and a property
// that draws histories by chance.
func TestEveryPromiseHasATest(t *testing.T) {
	text, err := os.ReadFile("doc.go")
	must(t, err)
	_, list, _ := strings.Cut(string(text), "# Promises")
	list, _, _ = strings.Cut(list, "\n// # ")
	promises := regexp.MustCompile(`(?m)^//   - ([^:]+):`).FindAllStringSubmatch(list, -1)
	if len(promises) < 9 {
		t.Fatalf("found %d promises in doc.go", len(promises))
	}
	tests := testNames(t)
	for _, p := range promises {
		for _, want := range []string{"Test" + camel(p[1]), "Test" + camel(p[1]) + "Property"} {
			if !strings.Contains(tests, " "+want+" ") {
				t.Errorf("the promise %q has no test %s", p[1], want)
			}
		}
	}
}

func camel(text string) string {
	var b strings.Builder
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == '-' }) {
		b.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return b.String()
}

func testNames(t *testing.T) string {
	t.Helper()
	files, err := os.ReadDir(".")
	must(t, err)
	names := " "
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), f.Name(), nil, 0)
		must(t, err)
		for _, d := range parsed.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok {
				names += fn.Name.Name + " "
			}
		}
	}
	return names
}

// Several publishers of several modules into one sink with a tiny ring.
func TestOrder(t *testing.T) {
	e := engine.New(engine.Options{})
	sink := newOrdered()
	attachWith(t, e, "sink", sink, engine.ModuleOptions{Capacity: 2})
	var all sync.WaitGroup
	var sent atomic.Uint64
	for s := range 3 {
		m := attach(t, e, fmt.Sprintf("s%d", s), nil)
		link(t, e, engine.Link{Source: m.Name(), Sink: "sink"})
		for p := range 2 {
			all.Go(func() { sent.Add(produce(t, m, fmt.Sprintf("%s/%d", m.Name(), p), 3000)) })
		}
	}
	all.Wait()
	closeWell(t, e)
	sink.check(t, "sink")
	if sink.received.Load() != sent.Load() {
		t.Errorf("received %d of %d", sink.received.Load(), sent.Load())
	}
}

// TestExactlyOnce: the balance under changing links, and the model, go further; here every message
// is looked at by its number.
func TestExactlyOnce(t *testing.T) {
	const sinks, messages = 3, 5000
	e := engine.New(engine.Options{})
	source := attach(t, e, "source", nil)
	var seen [sinks][messages]int
	for s := range sinks {
		name := fmt.Sprintf("sink%d", s)
		attachWith(t, e, name, engine.Each(func(_ context.Context, _ *engine.Publisher, m message.Message) {
			number, _ := m.Property("number")
			n, err := strconv.Atoi(string(number))
			must(t, err)
			seen[s][n]++
		}), engine.ModuleOptions{Capacity: 8})
		link(t, e, engine.Link{Source: "source", Sink: name})
	}
	p := publisher(t, source)
	for n := range messages {
		must(t, publish(within(t), p, n))
	}
	p.Close()
	closeWell(t, e)
	for s := range seen {
		for n, times := range seen[s] {
			if times != 1 {
				t.Fatalf("sink %d received message %d %d times", s, n, times)
			}
		}
	}
}

func TestSerial(t *testing.T) {
	e := engine.New(engine.Options{})
	var inside, overlaps atomic.Int32
	attach(t, e, "sink", engine.Each(func(context.Context, *engine.Publisher, message.Message) {
		if inside.Add(1) != 1 {
			overlaps.Add(1)
		}
		time.Sleep(time.Microsecond)
		inside.Add(-1)
	}))
	var all sync.WaitGroup
	for s := range 4 {
		m := attach(t, e, fmt.Sprintf("s%d", s), nil)
		link(t, e, engine.Link{Source: m.Name(), Sink: "sink"})
		all.Go(func() { produce(t, m, m.Name(), 500) })
	}
	all.Wait()
	closeWell(t, e)
	if overlaps.Load() > 0 {
		t.Errorf("the handler was entered %d times while it ran", overlaps.Load())
	}
}

// All sinks read the bytes that were published, also while others read, answer and release.
func TestImmutable(t *testing.T) {
	e := engine.New(engine.Options{Memory: 64 << 10})
	source := attach(t, e, "source", nil)
	var received atomic.Int32
	for s := range 3 {
		name := fmt.Sprintf("sink%d", s)
		attach(t, e, name, engine.Each(func(_ context.Context, _ *engine.Publisher, m message.Message) {
			number, _ := m.Property("number")
			if want := strings.Repeat(string(number)+",", 20); string(m.Content()) != want {
				t.Errorf("%s reads %q of message %s", name, m.Content(), number)
			}
			received.Add(1)
		}))
		link(t, e, engine.Link{Source: "source", Sink: name})
	}
	p := publisher(t, source)
	for n := range 3000 {
		d, err := p.Claim(within(t))
		must(t, err)
		d.Set("number", strconv.Itoa(n))
		d.SetContent([]byte(strings.Repeat(strconv.Itoa(n)+",", 20)))
		must(t, p.Publish(within(t), d))
	}
	p.Close()
	closeWell(t, e)
	if received.Load() != 9000 {
		t.Errorf("received %d of 9000", received.Load())
	}
}

// Messages kept beyond the handler read as they were, while their memory's neighbours are reused.
func TestAliveUntilReleased(t *testing.T) {
	e := engine.New(engine.Options{Memory: 64 << 10})
	source := attach(t, e, "source", nil)
	kept := make(chan message.Message, 16)
	attach(t, e, "keeper", engine.Each(func(_ context.Context, _ *engine.Publisher, m message.Message) {
		m.Retain()
		kept <- m
	}))
	link(t, e, engine.Link{Source: "source", Sink: "keeper"})
	var all sync.WaitGroup
	all.Go(func() {
		for n := 0; ; n++ {
			m, more := <-kept
			if !more {
				return
			}
			if number, _ := m.Property("number"); string(number) != strconv.Itoa(n) {
				t.Errorf("message %d reads %q", n, number)
			}
			m.Release()
		}
	})
	p := publisher(t, source)
	for n := range 3000 {
		must(t, publish(within(t), p, n))
	}
	p.Close()
	must(t, attachedAs(t, e, "keeper").Detach(within(t)))
	close(kept)
	all.Wait()
	closeWell(t, e)
}

// TestBackPressure: every policy, on one full sink.
func TestBackPressure(t *testing.T) {
	t.Run("block", TestBlockWaitsForRoom)
	t.Run("timeout", TestBlockGivesUpAfterItsTimeout)
	t.Run("newest", TestDropNewest)
	t.Run("oldest", TestDropOldest)
}

// TestNoDeadlock: the ways in which handlers could wait for themselves.
func TestNoDeadlock(t *testing.T) {
	t.Run("cycle", TestNoDeadlockInACycle)
	t.Run("self", TestNoDeadlockOnASelfLink)
	t.Run("turned", TestNoDeadlockWhenLinksTurnRound)
	t.Run("detach", TestDetachFromAHandler)
}

// A link that stays, while others come and go beside it.
func TestLiveChange(t *testing.T) {
	e := engine.New(engine.Options{})
	sink := newOrdered()
	attachWith(t, e, "k0", sink, engine.ModuleOptions{Capacity: 8})
	steady := attach(t, e, "steady", nil)
	link(t, e, engine.Link{Source: "steady", Sink: "k0"})
	for _, name := range []string{"s0", "s1", "k1", "k2"} {
		attach(t, e, name, discard)
	}
	stop := make(chan struct{})
	var changer sync.WaitGroup
	changer.Go(func() { changeOthers(t, e, stop) })
	n := produce(t, steady, "steady", 20_000)
	close(stop)
	changer.Wait()
	report := closeWell(t, e)
	sink.check(t, "k0")
	if sink.received.Load() != n {
		t.Errorf("received %d of %d", sink.received.Load(), n)
	}
	for _, l := range report.Links {
		if l.Source == "steady" && (l.Delivered != n || l.In != n) {
			t.Errorf("counted %+v", l)
		}
	}
}

// changeOthers attaches, links, unlinks and detaches modules beside the steady link.
func changeOthers(t *testing.T, e *engine.Engine, stop chan struct{}) {
	for i := 0; ; i++ {
		select {
		case <-stop:
			return
		default:
		}
		guest := attach(t, e, "guest", discard)
		link(t, e, engine.Link{Source: "guest", Sink: "k0"})
		link(t, e, engine.Link{Source: "steady", Sink: "guest", Delivery: engine.Delivery{WhenFull: engine.DropOldest}})
		link(t, e, engine.Link{Source: "s0", Sink: "k1"})
		must(t, e.Unlink("s0", "k1"))
		must(t, guest.Detach(within(t)))
	}
}

// TestDrain: with time enough nothing is left; without, it is counted.
func TestDrain(t *testing.T) {
	t.Run("pipeline", TestCloseDrainsAPipeline)
	t.Run("interrupted", TestCloseInterruptsAHandler)
	t.Run("held", TestCloseNamesAHeldHandler)
}

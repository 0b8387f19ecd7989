package typed_test

import (
	"context"
	"testing"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/message"
	"github.com/millrace/millrace/typed"
)

// line is an engine with a source, and a sink whose messages become Ts.
type line[T any] struct {
	t      testing.TB
	engine *engine.Engine
	out    *engine.Publisher
	sink   *engine.Module
	writer *typed.Writer[T]
	got    []T     // valid when the sink is idle
	bad    []error // likewise
	each   func(T) // instead of got
}

func newLine[T any](t testing.TB, options ...typed.Option) *line[T] {
	t.Helper()
	l := &line[T]{t: t, engine: engine.New(engine.Options{})}
	l.each = func(v T) { l.got = append(l.got, v) }
	receive := func(_ context.Context, _ *engine.Publisher, v T) { l.each(v) }
	refuse := func(_ context.Context, _ *engine.Publisher, _ message.Message, err error) { l.bad = append(l.bad, err) }
	source := need(l.engine.Attach("source", nil, engine.ModuleOptions{}))(t)
	handler := need(typed.Each(l.engine, receive, refuse, options...))(t)
	l.sink = need(l.engine.Attach("sink", handler, engine.ModuleOptions{}))(t)
	check(t, l.engine.Link(engine.Link{Source: "source", Sink: "sink"}))
	l.out = need(source.Publisher())(t)
	l.writer = need(typed.NewWriter[T](l.engine, options...))(t)
	t.Cleanup(func() {
		need(l.engine.Close(context.Background()))(t)
	})
	return l
}

// flow publishes the values one by one and returns what the sink made of them.
func (l *line[T]) flow(values ...T) []T {
	l.t.Helper()
	for _, v := range values {
		check(l.t, l.writer.Publish(context.Background(), l.out, v))
	}
	return l.received()
}

// raw publishes a message as anybody would.
func (l *line[T]) raw(write func(d message.Draft)) {
	l.t.Helper()
	d := need(l.out.Claim(context.Background()))(l.t)
	write(d)
	check(l.t, l.out.Publish(context.Background(), d))
}

func (l *line[T]) received() []T {
	l.t.Helper()
	check(l.t, l.sink.AwaitIdle(context.Background()))
	got := l.got
	l.got = nil
	return got
}

// need is need(f())(t): what f returns, which must not be an error.
func need[T any](v T, err error) func(t testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		check(t, err)
		return v
	}
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

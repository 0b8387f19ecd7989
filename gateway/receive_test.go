package gateway

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/millrace/millrace/document"
	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/message"
	"github.com/millrace/millrace/module"
)

// What Receive returned an error for has failed, and so has the run.
func TestErrorsOfReceiveAreFailures(t *testing.T) {
	sink := &probe{name: "sink"}
	sink.receive = func(context.Context, *engine.Publisher, message.Message) error { return errProbe }
	source := &probe{name: "source", on: task(
		func(ctx context.Context, h module.Host) error { return publish(ctx, h, 100, "k", "v") })}
	links := []document.Link{{Source: "source", Sink: "sink"}}
	report, err := runUntil(t, doc(links, source, sink), quiet(), nil)
	expect(t, err, ErrFailed, "100 on source -> sink")
	balanced(t, report)
	if c := report.Engine.Links[0]; c.Delivered != 0 || c.Dropped != (engine.Dropped{Error: 100}) {
		t.Errorf("%+v", c)
	}
	if report.Modules[0].ReceiveErrors != 0 || report.Modules[1].ReceiveErrors != 100 {
		t.Errorf("got %+v, want 100 errors of sink", report.Modules)
	}
}

// both takes batches and single messages.
type both struct{ single, batched int }

func (b *both) Configure(json.RawMessage) error { return nil }

func (b *both) Receive(context.Context, *engine.Publisher, message.Message) error {
	b.single++
	return nil
}

func (b *both) ReceiveBatch(_ context.Context, _ *engine.Publisher, m []message.Message) error {
	b.batched += len(m)
	return nil
}

func TestBatchReceiverWins(t *testing.T) {
	sink := &both{}
	source := &probe{name: "source", on: task(
		func(ctx context.Context, h module.Host) error { return publish(ctx, h, 100, "k", "v") })}
	links := []document.Link{{Source: "source", Sink: "other"}}
	if _, err := runUntil(t, doc(links, source, sink), quiet(), nil); err != nil {
		t.Fatal(err)
	}
	if sink.single != 0 || sink.batched != 100 {
		t.Errorf("got %+v, want 100 in batches", sink)
	}
}

func TestFailuresAreLoggedAtOnceAndThenOnceASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		f := &failures{log: slog.New(slog.NewTextHandler(&out, nil)).With("module", "sink")}
		for range 25 { // 0.0 to 2.4 seconds
			f.note(errProbe)
			time.Sleep(100 * time.Millisecond)
		}
		lines := strings.Split(strings.TrimSpace(out.String()), "\n")
		if len(lines) != 3 || strings.Contains(lines[0], "notShown") ||
			!strings.Contains(lines[1], "notShown=9") || !strings.Contains(lines[2], "notShown=9") {
			t.Errorf("got\n%s\nwant one line at once and two more that hide 9 each", out.String())
		}
		if !strings.Contains(lines[0], "module=sink") || f.count.Load() != 25 {
			t.Errorf("counted %d, first line %s", f.count.Load(), lines[0])
		}
	})
}

var _ module.BatchReceiver = (*both)(nil)

// TestAMessageKeptUntilCloseIsNoFailure lets a module give up in Close what it has retained, which
// is after the engine has counted what is home.
func TestAMessageKeptUntilCloseIsNoFailure(t *testing.T) {
	var kept message.Message
	sink := &probe{name: "sink"}
	sink.receive = func(_ context.Context, _ *engine.Publisher, m message.Message) error {
		m.Retain()
		kept = m
		return nil
	}
	sink.on = map[string]hook{"close": func(context.Context, module.Host) error {
		kept.Release()
		return nil
	}}
	source := &probe{name: "source", on: task(
		func(ctx context.Context, h module.Host) error { return publish(ctx, h, 1, "k", "v") })}
	var log bytes.Buffer
	o := Options{Log: slog.New(slog.NewTextHandler(&log, nil))}
	links := []document.Link{{Source: "source", Sink: "sink"}}
	if _, err := runUntil(t, doc(links, source, sink), o, nil); err != nil {
		t.Error(err)
	}
	if !strings.Contains(log.String(), "not released") {
		t.Errorf("the log does not tell of it:\n%s", &log)
	}
}

// parts fails over every third message of its batches.
type parts struct{ probe }

func (p *parts) ReceiveBatch(_ context.Context, _ *engine.Publisher, batch []message.Message) error {
	var failed []message.Message
	for i, m := range batch {
		if i%3 == 0 {
			failed = append(failed, m)
		}
	}
	return &module.BatchError{Failed: failed, Err: errProbe}
}

// A batch of which a part has failed counts as that.
func TestAPartOfABatchFails(t *testing.T) {
	source := &probe{name: "source", on: task(
		func(ctx context.Context, h module.Host) error { return publish(ctx, h, 100, "k", "v") })}
	links := []document.Link{{Source: "source", Sink: "other"}}
	report, err := runUntil(t, doc(links, source, &parts{probe{name: "other"}}), quiet(), nil)
	expect(t, err, ErrFailed, "on source -> other")
	balanced(t, report)
	if c := report.Engine.Links[0]; c.Dropped.Error < 34 || c.Delivered+c.Dropped.Error != 100 {
		t.Errorf("%+v", c)
	}
}

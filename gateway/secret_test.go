package gateway

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/millrace/millrace/document"
	"github.com/millrace/millrace/internal/redact"
	"github.com/millrace/millrace/module"
)

const key = "TopSecretKey123"

// tell is what a module says that is not careful, in each way that there is.
func tell(_ context.Context, h module.Host) error {
	h.Log().Info("opening "+key, "path", key, "error", errors.New(key), "list", []string{key})
	h.Log().With("with", key).WithGroup("group").Warn("again", "path", strings.ToUpper(key))
	return fmt.Errorf("/keys/%s/x: %w", key, errProbe)
}

// whatever a module does with what a variable gave, nothing that the gateway says shows it.
func TestSecretsDoNotLeave(t *testing.T) {
	for step, hooks := range map[string]map[string]hook{
		"configure": {"configure": tell}, // which has no host yet
		"open":      {"open": tell},
		"start":     {"start": tell},
		"stop":      {"stop": tell},
		"close":     {"close": tell},
		"panic":     {"open": func(context.Context, module.Host) error { panic(key) }},
		"task": {"start": func(_ context.Context, h module.Host) error {
			h.Go(func(ctx context.Context) error { return tell(ctx, h) })
			return nil
		}},
		"task's panic": {"start": func(_ context.Context, h module.Host) error {
			h.Go(func(context.Context) error { panic(key) })
			return nil
		}},
	} {
		t.Run(step, func(t *testing.T) {
			p := &probe{name: "a", on: hooks}
			if step == "configure" {
				p.on = map[string]hook{"configure": func(context.Context, module.Host) error { return errors.New(key) }}
			}
			said := sayings(t, p)
			if strings.Contains(strings.ToLower(said), strings.ToLower(key)) || !strings.Contains(said, "${KEY}") {
				t.Error(said)
			}
		})
	}
}

// sayings runs a module in a gateway that knows the key, until all are up or its tasks have ended, and
// returns all that it says.
func sayings(t *testing.T, p *probe) string {
	t.Helper()
	var log bytes.Buffer
	on, up := beacon()
	if strings.Contains(t.Name(), "task") {
		up = nil
	}
	d := doc(nil, p, &probe{name: "last", on: on})
	d.Modules[0].Restart = document.Restart{Never: true}
	d.Secrets = &redact.Redactor{}
	d.Secrets.Add("${KEY}", key)
	o := quiet()
	o.Log = slog.New(slog.NewTextHandler(&log, nil))
	g, err := New(d, o)
	if err != nil {
		return err.Error()
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go func() {
		select {
		case <-up:
			cancel()
		case <-ctx.Done():
		}
	}()
	r, err := g.Run(ctx)
	return fmt.Sprintf("%s\n%v\n%+v", log.String(), err, r)
}

// An update has secrets of its own, and a check of the next one knows them.
func TestSecretsOfAnUpdate(t *testing.T) {
	on, up := beacon()
	g, err := New(doc(nil, &probe{name: "a", on: on}), quiet())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() {
		_, err := g.Run(ctx)
		ended <- err
	}()
	<-up
	<-started(ctx, g)
	d := doc(nil, &probe{name: "b", on: map[string]hook{"open": tell}})
	d.Secrets = &redact.Redactor{}
	d.Secrets.Add("${KEY}", key)
	if err := g.Update(ctx, d); err == nil || strings.Contains(err.Error(), key) || !errors.Is(err, errProbe) {
		t.Error(err)
	}
	if got := g.Document().Secrets.Text(key); got != "${KEY}" {
		t.Error(got)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// started is closed when a gateway is up.
func started(ctx context.Context, g *Gateway) <-chan struct{} {
	up := make(chan struct{})
	go func() {
		defer close(up)
		for e := range g.Events(ctx) {
			if e.Kind == Started {
				return
			}
		}
	}()
	return up
}

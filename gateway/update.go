package gateway

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/millrace/millrace/document"
	"github.com/millrace/millrace/engine"
)

// ErrNotRunning is returned for a change of a gateway that Run has not brought up, or that stops.
var ErrNotRunning = errors.New("the gateway does not run")

// ErrDeadLetter is returned for an update that names a module for dead letters.
var ErrDeadLetter = errors.New("an update cannot say where dead letters go; the first document does")

// Update adds the modules and links of a document to the running gateway, all of them or, with an
// error, none: every module is configured, then each is opened and attached in the order of the
// document, all links are made at one moment, and each module is started. Links may name modules
// that run already. If a step fails, or ctx is done before the last, what has been done is undone:
// modules are stopped, drained and closed, names are free again, and links are as they were.
//
// document.Options.Onto checks such a document, with places, against Gateway.Document; one that was
// checked against another state fails here at the latest. Changes take turns. A module's Open, Start,
// Stop and Close must not wait for a change; goroutines that they begin may.
func (g *Gateway) Update(ctx context.Context, d *document.Document) error {
	g.secrets.Join(d.Secrets)
	return g.secrets.Error(g.change(ctx, func(ctx context.Context) error { return g.add(ctx, d) }))
}

// ErrEngine is returned for an update that says what the engine may take.
var ErrEngine = errors.New("an update cannot say what the engine may take; the first document does")

// add makes an update. The turn is held.
func (g *Gateway) add(ctx context.Context, d *document.Document) error {
	if d.DeadLetter != "" {
		return ErrDeadLetter
	}
	if d.Engine != (engine.Options{}) {
		return ErrEngine
	}
	if err := g.vacant(d.Modules); err != nil {
		return err
	}
	added, err := g.configured(ctx, d.Modules)
	if err != nil {
		return err
	}
	if err := g.bringUp(ctx, added, d.Links); err != nil {
		return err
	}
	g.conclude(func() {
		g.modules = slices.Concat(g.modules, added)
		g.links = slices.Concat(g.links, d.Links)
		g.loaders = merged(g.loaders, d.Loaders)
	})
	g.options.Log.Info("updated", "modulesAdded", len(added), "linksAdded", len(d.Links))
	return nil
}

func merged(a, b map[string]string) map[string]string {
	both := make(map[string]string, len(a)+len(b))
	maps.Copy(both, a)
	maps.Copy(both, b)
	return both
}

// vacant checks that nobody has the names of new modules.
func (g *Gateway) vacant(modules []document.Module) error {
	met := make(map[string]bool, len(modules))
	for _, m := range modules {
		if _, taken := g.engine.Module(m.Name); taken || met[m.Name] {
			return fmt.Errorf("module %q: %w", m.Name, engine.ErrDuplicate)
		}
		met[m.Name] = true
	}
	return nil
}

// bringUp makes new modules and links live, or leaves nothing of them.
func (g *Gateway) bringUp(ctx context.Context, added []*instance, links []document.Link) error {
	g.setInHand(added)
	err := g.openAll(ctx, added)
	if err == nil {
		err = g.linkAndStart(ctx, added, links)
	}
	if err == nil {
		return nil
	}
	g.takeDown(added)
	g.setInHand(nil)
	if cause := context.Cause(ctx); cause != nil && !errors.Is(err, cause) {
		return fmt.Errorf("%w: %w", cause, err)
	}
	return err
}

func (g *Gateway) linkAndStart(ctx context.Context, added []*instance, links []document.Link) error {
	if err := g.engine.Apply(engine.Change{Link: links}); err != nil {
		return fmt.Errorf("links: %w", err)
	}
	err := g.startAll(ctx, added)
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		g.putBack(links)
	}
	return err
}

// putBack makes the links of the pairs in an update what they were before.
func (g *Gateway) putBack(links []document.Link) {
	done := make(map[engine.Pair]bool)
	for _, l := range links {
		pair := engine.Pair{Source: l.Source, Sink: l.Sink}
		if done[pair] {
			continue
		}
		done[pair] = true
		before := engine.Change{Unlink: []engine.Pair{pair}}
		for _, k := range g.links {
			if k.Source == pair.Source && k.Sink == pair.Sink {
				before.Link = append(before.Link, k)
			}
		}
		if err := g.engine.Apply(before); err != nil { // a module of it was quarantined meanwhile
			g.options.Log.Error("a link could not be put back",
				"source", l.Source, "sink", l.Sink, "error", err)
		}
	}
}

// takeDown ends the life of new modules, in reverse.
func (g *Gateway) takeDown(added []*instance) {
	ctx, cancel := g.stopContext(context.Background())
	defer cancel()
	for _, in := range slices.Backward(added) {
		if in.entered() {
			in.depart(ctx)
		}
	}
}

package gateway

import (
	"context"

	"github.com/millrace/millrace/document"
	"github.com/millrace/millrace/engine"
)

// start brings every module up. After an error, stop undoes what was done.
func (g *Gateway) start(ctx context.Context) error {
	g.changing.take(context.Background()) // free: nobody else takes it before the gateway is up
	defer g.changing.give()
	g.ctx, g.cancel = context.WithCancel(ctx)
	if err := g.openAll(ctx, g.modules); err != nil {
		return err
	}
	if err := g.linkAll(g.links); err != nil {
		return err
	}
	if err := g.engine.DeadLetter(g.letters); err != nil {
		return err
	}
	if err := g.startAll(ctx, g.modules); err != nil {
		return err
	}
	g.options.Log.Info("running", "modules", len(g.modules), "links", len(g.links))
	g.up.Store(true) // before it is announced: who hears of it may change the gateway
	g.announce(Started)
	return nil
}

func (g *Gateway) openAll(ctx context.Context, modules []*instance) error {
	for _, m := range modules {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		m.enter()
		if err := m.open(ctx); err != nil {
			return err
		}
		if err := m.attach(g.engine); err != nil {
			return err
		}
	}
	return nil
}

// linkAll makes all links in one change; where that fails, one after the other, to name the one at
// fault.
func (g *Gateway) linkAll(links []document.Link) error {
	if g.engine.Apply(engine.Change{Link: links}) == nil {
		return nil
	}
	for _, l := range links {
		if err := g.engine.Link(l); err != nil {
			return linkError(l, err)
		}
	}
	return nil
}

func (g *Gateway) startAll(ctx context.Context, modules []*instance) error {
	for _, m := range modules {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err := m.start(ctx); err != nil {
			return err
		}
		m.settled()
	}
	return nil
}

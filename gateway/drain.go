package gateway

import (
	"context"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/module"
)

// settleStage lets what is on its way to the modules of a stage arrive, and what comes of it: their own
// tasks still run, and so does whatever they lead to. It ends with ctx.
func settleStage(ctx context.Context, stage []*instance, leadsOn map[string]bool) {
	answers := make(map[*instance]<-chan error)
	for _, in := range stage {
		if in.lost || in.attached == nil || in.quarantined != "" || !leadsOn[in.doc.Name] && !leadsOn[engine.Any] {
			continue
		}
		in.drained(ctx)
		if step := in.answering(ctx); step != nil {
			answers[in] = begin(step)
		}
	}
	for in, returned := range answers {
		in.note("Drain", await(returned, halfOf(ctx)+grace))
	}
}

// leadsOn returns the names that links lead on from; engine.Any is among them where there is a bus.
func (g *Gateway) leadsOn() map[string]bool {
	names := make(map[string]bool)
	for _, in := range g.modules {
		if in.doc.Filter != nil {
			names[engine.Any] = true
		}
	}
	for _, l := range g.links {
		names[l.Source] = true
	}
	return names
}

// drained waits until nothing is queued for the module, for half of the time that there is.
func (in *instance) drained(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, halfOf(ctx))
	defer cancel()
	_ = in.attached.AwaitIdle(ctx) // if not, the end of the engine says what was left
}

// answering returns what waits for a module.Drainer, for half of the time that there is; nil: it is
// none, or does not run.
func (in *instance) answering(ctx context.Context) func() error {
	code, ok := in.code.(module.Drainer)
	if !ok || !in.started || len(in.stuck) > 0 || in.quarantined != "" {
		return nil
	}
	return func() error {
		ctx, cancel := context.WithTimeout(ctx, halfOf(ctx))
		defer cancel()
		return code.Drain(ctx)
	}
}

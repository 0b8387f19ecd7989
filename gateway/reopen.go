package gateway

import (
	"context"
	"errors"
	"slices"

	"github.com/millrace/millrace/module"
)

// Reopen has the modules open the files anew that they write, one after the other: those that are a
// module.Reopener, between two calls of their handlers. What goes wrong is logged. Before the gateway
// is up, and when it stops, it does nothing. It may be called from any goroutine but a handler's.
func (g *Gateway) Reopen() {
	if !g.up.Load() {
		return // nothing is open, or soon will be no more
	}
	g.mu.Lock()
	modules := slices.Clone(g.modules)
	g.mu.Unlock()
	for _, in := range modules {
		in.reopen()
	}
}

func (in *instance) reopen() {
	ctx, cancel := context.WithTimeout(in.ctx, in.gateway.options.StopTimeout)
	defer cancel()
	if !in.take(ctx) {
		return // it is being stopped, or given another life
	}
	defer in.give()
	code, ok := in.code.(module.Reopener)
	if !ok || !in.started || len(in.stuck) > 0 {
		return
	}
	if !in.shutOut(ctx) {
		in.log.Warn("its files are not reopened: its handler has not returned")
		return
	}
	defer in.letIn()
	switch err := within(ctx, code.Reopen); {
	case errors.Is(err, errStuck):
		in.note("Reopen", err)
	case err != nil:
		in.log.Error("its files cannot be reopened", "error", err)
	}
}

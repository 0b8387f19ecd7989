package gateway

import (
	"maps"
	"slices"

	"github.com/millrace/millrace/document"
	"github.com/millrace/millrace/engine"
)

// ModuleInfo is a module in the list of a gateway's modules.
type ModuleInfo struct {
	Name string
	Kind string // the name of its Spec

	// Sources are those whose messages links lead to it, each once, in the order of the links. One of
	// them may be engine.Any, "*": all others. So it is where the module takes from the bus.
	Sources []string
}

// Modules lists the gateway's modules in the order they were added in.
func (g *Gateway) Modules() []ModuleInfo {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.list()
}

// list makes the list of modules. mu is held.
func (g *Gateway) list() []ModuleInfo {
	list := make([]ModuleInfo, len(g.modules))
	at := make(map[string]int, len(g.modules))
	met := make(map[engine.Pair]bool, len(g.links))
	for i, in := range g.modules {
		list[i], at[in.doc.Name] = ModuleInfo{Name: in.doc.Name, Kind: in.doc.Spec.Name}, i
		if in.doc.Filter != nil {
			list[i].Sources = []string{engine.Any}
			met[engine.Pair{Source: engine.Any, Sink: in.doc.Name}] = true
		}
	}
	for _, l := range g.links {
		pair := engine.Pair{Source: l.Source, Sink: l.Sink}
		if i, known := at[l.Sink]; known && !met[pair] {
			list[i].Sources = append(list[i].Sources, l.Source)
			met[pair] = true
		}
	}
	return list
}

// Document returns the gateway as it stands, modules and links, for document.Options.Onto among other
// things. It is the caller's own; the arguments in it may hold secrets.
func (g *Gateway) Document() *document.Document {
	g.mu.Lock()
	defer g.mu.Unlock()
	d := &document.Document{
		File: g.file, Links: slices.Clone(g.links), DeadLetter: g.letters, Loaders: maps.Clone(g.loaders),
		Engine: g.limits, Secrets: &g.secrets,
	}
	for _, in := range g.modules {
		d.Modules = append(d.Modules, in.doc)
	}
	return d
}

// instance returns the module of that name; nil: there is none.
func (g *Gateway) instance(name string) *instance {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, in := range g.modules {
		if in.doc.Name == name {
			return in
		}
	}
	return nil
}

// instances returns the modules by name.
func (g *Gateway) instances() map[string]*instance {
	g.mu.Lock()
	defer g.mu.Unlock()
	byName := make(map[string]*instance, len(g.modules))
	for _, in := range g.modules {
		byName[in.doc.Name] = in
	}
	return byName
}

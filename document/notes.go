package document

import (
	"fmt"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/filter"
	"github.com/millrace/millrace/module"
	"github.com/millrace/millrace/routing/index"
)

// Notes says what is no mistake in a document, but probably not what its author had in mind, or costs
// time: filters that can never match or cannot be looked up, keys that are none, secrets that are
// shown. It opens nothing, and tells no secret.
func (d *Document) Notes() []string {
	n := notes{document: d, specs: make(map[string]module.Spec, len(d.Modules))}
	for _, m := range d.Modules {
		n.specs[m.Name] = m.Spec
	}
	for _, m := range d.Modules {
		n.arguments(m)
		if m.Filter != nil {
			n.flow("module "+m.Name, engine.Any, m.Name, *m.Filter)
		}
	}
	for _, l := range d.Links {
		n.flow("link "+l.Source+" -> "+l.Sink, l.Source, l.Sink, l.Filter)
	}
	return n.said
}

// notes gathers them.
type notes struct {
	document *Document
	specs    map[string]module.Spec // by the names of modules
	said     []string
}

func (n *notes) say(where, format string, args ...any) {
	n.said = append(n.said, where+": "+n.document.Secrets.Text(fmt.Sprintf(format, args...)))
}

// flow looks at what goes from a source, which may be *, to a sink.
func (n *notes) flow(where, source, sink string, f filter.Filter) {
	var l filter.Lowering
	l.Lower(f)
	if why := index.Scans(f); why != "" && !f.All() {
		n.say(where, "the filter %v is not indexed: %s", f, why)
	}
	if l.Refused == "" {
		n.unwritten(where, source, &l)
		n.shown(where, source, sink, &l)
	}
}

// sources returns the kinds of modules that a source stands for.
func (n *notes) sources(source, sink string) []module.Spec {
	if source != engine.Any {
		if spec, known := n.specs[source]; known {
			return []module.Spec{spec}
		}
		return nil
	}
	var all []module.Spec
	for _, m := range n.document.Modules {
		if m.Name != sink {
			all = append(all, m.Spec)
		}
	}
	return all
}

package document

import (
	"slices"

	"github.com/millrace/millrace/fault"
	"github.com/millrace/millrace/internal/sp"
	"github.com/millrace/millrace/module"
)

// every is the source that stands for all other modules.
const every = "*"

// guessesMax bounds the comparisons that go into guessing at misspelt names in one document.
const guessesMax = 100_000

// checker turns a tree into a Document and reports what does not hold. It serves one document.
type checker struct {
	report
	places    places
	kinds     *module.Registry
	variables *variables
	loaders   map[string]string    // the type of each loader, by name
	names     map[string]*node     // where each module got its name
	inOrder   []string             // the names, in the order of the document
	deaf      map[string]string    // the kind of each module that cannot be a sink, by name
	controls  map[sp.Address]*node // where each remote module's control address was given
	files     map[string]*node     // where each file was given that one module must have for itself
	guesses   int
	onto      *Document // that the document is an update of; nil: of none
}

func newChecker(file string, kinds *module.Registry, o Options) *checker {
	c := &checker{
		kinds:     kinds,
		variables: newVariables(file, o),
		loaders:   map[string]string{builtin: builtin, native: native, remote: remote},
		names:     make(map[string]*node),
		deaf:      make(map[string]string),
		controls:  make(map[sp.Address]*node),
		files:     make(map[string]*node),
		onto:      o.Onto,
	}
	c.secrets = c.variables.secrets
	c.recall()
	return c
}

// document checks the whole tree. What it returns is of use only when nothing was reported.
func (c *checker) document(root *node) *Document {
	c.structure(root, c.grammar())
	c.namedLoaders(root.get("loaders"))
	modules, links := root.get("modules"), root.get("links")
	d := &Document{Modules: c.modules(modules), Loaders: c.newLoaders()}
	d.DeadLetter = c.deadLetter(root.get("deadLetter"))
	if n := root.get("engine"); n != nil && c.onto != nil {
		c.add(n.keyAt, n.path(), `"engine" in an update`, "want it in the gateway's first document")
	} else {
		d.Engine = c.engine(n)
	}
	if links == nil {
		c.withoutLinks(root, modules)
		return d
	}
	if modules != nil && modules.kind == arrayKind || modules == nil && c.onto != nil {
		d.Links = c.links(links)
	}
	return d
}

// withoutLinks reports absent links, unless a module takes its messages from the bus.
func (c *checker) withoutLinks(root, modules *node) {
	if c.onto != nil {
		c.withoutEither(root, modules)
		return
	}
	if root.kind != objectKind || root.partial || c.misspelt(root, "links") {
		return
	}
	if modules != nil {
		for _, m := range modules.children {
			if m.get("filter") != nil {
				return
			}
		}
	}
	c.at(root, `missing key "links"`,
		`want "links": [{"source": "…", "sink": "…"}], `+
			`or a "filter" in a module that takes from the bus`+alone(modules, "modules"))
}

// misspelt tells whether an unknown key of the object was probably meant to be this one.
func (c *checker) misspelt(n *node, name string) bool {
	if c.full() {
		return true // what is left out below is no more than what is not listed
	}
	known := grammar().names()
	return slices.ContainsFunc(n.children, func(child *node) bool {
		return guessed(fault.DidYouMean(child.key(), known)) == name
	})
}

// guessName says which known name was probably meant by another; "" when none is near.
func (c *checker) guessName(written string, known []string) string {
	if c.full() || c.guesses+len(known) > guessesMax {
		return ""
	}
	c.guesses += len(known)
	return fault.DidYouMean(written, known)
}

// follow reports faults about a value under the nodes that their paths lead to.
func (c *checker) follow(n *node, err error, keys []string, s *secrets) {
	var list fault.List
	list.Under(nil, err)
	for _, f := range list {
		f = s.conceal(f)
		deepest, whole := n.descend(f.Path)
		place := pointTo(deepest, f, whole, keys)
		c.add(place, n.path().Join(c.silent(clipped(f.Path), whole)), f.Problem, f.Want)
	}
}

// silent takes secrets out of a path that is a module's, and not one of the document's.
func (c *checker) silent(path fault.Path, whole bool) fault.Path {
	if whole {
		return path
	}
	for i, step := range path {
		if key, ok := step.Key(); ok {
			path[i] = fault.Key(c.secrets.Text(key))
		}
	}
	return path
}

// pointTo chooses the value that a fault is about, or its key where the key itself is unknown.
func pointTo(n *node, f fault.Fault, whole bool, keys []string) position {
	if whole && len(f.Path) == 1 && keys != nil {
		if key, ok := f.Path[0].Key(); ok && !slices.Contains(keys, key) {
			return n.keyAt
		}
	}
	return n.at
}

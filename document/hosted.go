package document

import (
	"encoding/json"

	"github.com/millrace/millrace/module"
)

// hostedShape is what the arguments of v1's native_module_host look like.
func hostedShape() *shape {
	return &shape{
		kind: objectKind,
		want: `want {"outprocess.loader": {…}, "module.args": …}`,
		keys: []key{
			{"outprocess.loaders", false, list(loaderEntry(), "Loaders under names of their own")},
			{"outprocess.loader", true, loaderUse()},
			{"module.args", false, &shape{}},
		},
	}
}

// Hosted returns what package remote asks for in a process that can be any module: it reads
// arguments as v1's native_module_host has them, which name the module and have its own arguments
// inside. Variables were expanded by the gateway that sends them and are not expanded again. The
// mistakes come back as one *Error.
func Hosted(kinds *module.Registry) func(args json.RawMessage) (Module, error) {
	return func(args json.RawMessage) (Module, error) {
		const name = "arguments"
		c := newChecker(name, kinds, Options{})
		m := Module{}
		if root := read(name, args, &c.report); root != nil {
			c.structure(root, hostedShape())
			m = c.hosted(root)
		}
		return m, c.failure(name, args)
	}
}

func (c *checker) hosted(root *node) (m Module) {
	c.namedLoaders(root.get("outprocess.loaders"))
	loader := root.get("outprocess.loader")
	if loader == nil || loader.kind != objectKind {
		return m
	}
	if point := loader.get("entrypoint"); point != nil && point.get("control.id") != nil {
		c.at(loader, "a module that is remote again", "want a module that is compiled in")
		return m
	}
	spec, ok := c.loaded(loader)
	if !ok {
		return m
	}
	args := root.get("module.args")
	raw := args.json()
	if args == nil {
		args = root
	}
	err := spec.Check(raw)
	if err == nil {
		err = configure(spec, raw)
	}
	c.follow(args, err, argNames(spec), &secrets{})
	return Module{Spec: spec, Args: raw}
}

package document

import (
	"encoding/json"
	"path/filepath"

	"github.com/millrace/millrace/module"
)

// ownFiles notes the files that a module must have for itself. They are compared by their names;
// links are not looked at, because a check opens nothing.
func (c *checker) ownFiles(args *node, spec module.Spec) {
	for _, a := range spec.Args {
		n := args.get(a.Name)
		if !a.Exclusive || n == nil || n.kind != stringKind {
			continue
		}
		file := filepath.Clean(n.text)
		if first, taken := c.files[file]; taken {
			c.at(n, "another module has this file, "+place(first.at.line)+": each would write over the other's",
				"want a file for each, or one module that both are linked to")
			continue
		}
		c.files[file] = n
	}
}

// recallFiles makes the files of a running module known.
func (c *checker) recallFiles(m Module) {
	var given map[string]json.RawMessage
	if json.Unmarshal(m.Args, &given) != nil {
		return
	}
	for _, a := range m.Spec.Args {
		var file string
		if a.Exclusive && json.Unmarshal(given[a.Name], &file) == nil {
			c.files[filepath.Clean(file)] = &node{}
		}
	}
}

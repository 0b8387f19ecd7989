package document

import (
	"fmt"
	"maps"
	"slices"

	"github.com/millrace/millrace/internal/sp"
)

// recall makes known what the gateway has that the document is an update of. Its nodes have no place.
func (c *checker) recall() {
	if c.onto == nil {
		return
	}
	c.secrets.Join(c.onto.Secrets)
	for name, kind := range c.onto.Loaders {
		c.loaders[name] = kind
	}
	for _, m := range c.onto.Modules {
		c.names[m.Name] = &node{}
		c.inOrder = append(c.inOrder, m.Name)
		c.hear(m)
		if m.control != "" {
			c.controls[m.control] = &node{}
		}
		c.recallFiles(m)
	}
}

// place says where something was met first; line 0 is nowhere in this document.
func place(line int) string {
	if line == 0 {
		return "in the running gateway"
	}
	return fmt.Sprintf("at line %d", line)
}

// grammar is the shape of the document: in an update nothing is required.
func (c *checker) grammar() *shape {
	s := grammar()
	if c.onto != nil {
		for i := range s.keys {
			s.keys[i].required = false
		}
	}
	return s
}

// alone says, of a document that has nothing but modules or links, what those of v1's are that do.
func alone(list *node, what string) string {
	if list == nil || list.kind != arrayKind || len(list.children) == 0 {
		return ""
	}
	return "; " + what + " alone are an update: edge run BASE --update FILE"
}

// With is the document that an update of d makes of it. The update was read with Options.Onto d.
func (d *Document) With(update *Document) *Document {
	both := *d
	both.Modules = slices.Concat(d.Modules, update.Modules)
	both.Links = slices.Concat(d.Links, update.Links)
	both.Loaders = maps.Clone(d.Loaders)
	if both.Loaders == nil {
		both.Loaders = update.Loaders
	}
	maps.Copy(both.Loaders, update.Loaders)
	if update.Secrets != nil {
		both.Secrets = update.Secrets // which has d's
	}
	return &both
}

// withoutEither reports an update without modules and links.
func (c *checker) withoutEither(root, modules *node) {
	if modules != nil || root.kind != objectKind || root.partial ||
		c.misspelt(root, "links") || c.misspelt(root, "modules") {
		return
	}
	c.at(root, `neither "modules" nor "links"`, "want one of them, or both, to add to the running gateway")
}

// linkedAlready returns what the running gateway has between pairs of modules.
func (c *checker) linkedAlready() map[ends]*linked {
	pairs := make(map[ends]*linked)
	if c.onto == nil {
		return pairs
	}
	for _, l := range c.onto.Links {
		pair := ends{l.Source, l.Sink}
		if pairs[pair] == nil {
			pairs[pair] = &linked{delivery: l.Delivery, filters: make(map[string]int)}
		}
		pairs[pair].filters[l.Filter.String()] = 0
	}
	return pairs
}

// keepDeadLetter reports an update that says where dead letters go, or takes the name they come from.
func (c *checker) keepDeadLetter(n *node) {
	if n != nil {
		c.add(n.keyAt, n.path(), `"deadLetter" in an update`, "want it in the gateway's first document")
	}
	if c.onto.DeadLetter != "" {
		c.reserveDeadLetters()
	}
}

// newLoaders returns the names that documents have given to loaders.
func (c *checker) newLoaders() map[string]string {
	var named map[string]string
	for name, kind := range c.loaders {
		if name != kind {
			if named == nil {
				named = make(map[string]string)
			}
			named[name] = kind
		}
	}
	return named
}

// controlOf returns where a module has its remote; empty: it has none, or a mistake was reported.
func controlOf(entry *node) sp.Address {
	text := entry.get("loader").get("entrypoint").getString("control.id")
	if text == "" {
		return ""
	}
	address, err := sp.ParseAddress(text)
	if err != nil {
		return ""
	}
	return address
}

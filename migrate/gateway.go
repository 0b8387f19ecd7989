package migrate

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/millrace/millrace/document"
)

// The types of loaders that there are here.
const (
	builtin    = "builtin"
	native     = "native"
	outprocess = "outprocess"
)

// The keys that mean something here, beyond those of v1.
var (
	ourKeys       = []string{"deadLetter", "engine"}
	ourModuleKeys = []string{"filter", "capacity", "restart"}
	ourLinkKeys   = []string{"filter", "delivery"}
)

// gateway converts a gateway document of v1, or an update.
func (c *converter) gateway(root *yaml.Node) {
	c.linked = c.linked || get(root, "links") != nil
	c.readLoaders(get(root, "loaders"))
	for key, value := range members(root) {
		switch {
		case key.Value == "modules" && value.Kind == yaml.SequenceNode:
			for _, entry := range value.Content {
				c.modules.Content = append(c.modules.Content, c.module(entry))
			}
		case key.Value == "links" && value.Kind == yaml.SequenceNode:
			for _, entry := range value.Content {
				c.links.Content = append(c.links.Content, c.link(entry))
			}
		case key.Value == "modules" || key.Value == "links" || slices.Contains(ourKeys, key.Value):
			c.extra = append(c.extra, key, value)
		case key.Value != "loaders":
			c.head = append(c.head, "Left out, as v1 did: the key "+quoted(key.Value)+".")
		}
	}
	if len(c.modules.Content) == 0 && len(c.links.Content) > 0 {
		c.note(root, true, "links without modules are an update: import them with the document that "+
			"they update, as in: edge import modules.json links.json")
	}
}

// readLoaders learns what names loaders were given. Nothing of them is kept: types are named as such.
func (c *converter) readLoaders(list *yaml.Node) {
	for _, entry := range elements(list) {
		name, kind := getText(entry, "name"), getText(entry, "type")
		if name == "" || kind == "" {
			continue
		}
		c.loaders[name] = kind
		if settings := get(entry, "configuration"); settings != nil && len(settings.Content) > 0 {
			c.head = append(c.head, "Left out: the configuration of the loader "+quoted(name)+".")
		}
	}
}

// module converts an entry of modules.
func (c *converter) module(entry *yaml.Node) *yaml.Node {
	if entry.Kind != yaml.MappingNode {
		return entry
	}
	entry = c.first(entry)
	m := &moduleWriter{converter: c, entry: entry, out: &yaml.Node{Kind: yaml.MappingNode}}
	if name := get(entry, "name"); name != nil {
		put(m.out, "name", name)
	}
	m.which()
	for key, value := range members(entry) {
		switch {
		case slices.Contains([]string{"name", "loader", "module", "args"}, key.Value):
		case slices.Contains(ourModuleKeys, key.Value):
			put(m.out, key.Value, value)
		default:
			about(m.out, "Left out, as v1 did: the key "+quoted(key.Value)+".")
		}
	}
	return m.out
}

// moduleWriter converts one module.
type moduleWriter struct {
	*converter
	entry, out *yaml.Node
}

// which writes what the module is, and its arguments.
func (m *moduleWriter) which() {
	loader, args := get(m.entry, "loader"), get(m.entry, "args")
	point := get(loader, "entrypoint")
	switch kind := m.loaderType(loader); {
	case get(m.entry, "module") != nil:
		put(m.out, "module", get(m.entry, "module"))
		m.builtinArgs(getText(m.entry, "module"), args)
	case kind == builtin && isText(get(point, "module")):
		put(m.out, "module", text(getText(point, "module")))
		m.builtinArgs(getText(point, "module"), args)
	case kind == native && isText(get(point, "module.path")):
		m.library(getText(point, "module.path"), args)
	case kind == outprocess:
		m.remote(loader, args)
	case slices.Contains([]string{"java", "node", "dotnet", "dotnetcore"}, kind):
		m.foreign(kind, point, args)
	default: // document.Parse says what is wrong
		m.copy("loader", loader)
		m.copy("args", args)
	}
}

func (m *moduleWriter) copy(key string, value *yaml.Node) {
	if value != nil {
		put(m.out, key, value)
	}
}

// loaderType returns the type of a module's loader; "" if that cannot be known.
func (c *converter) loaderType(loader *yaml.Node) string {
	if loader == nil || loader.Kind != yaml.MappingNode {
		return ""
	}
	name, kind := get(loader, "name"), get(loader, "type")
	switch {
	case name == nil && kind == nil:
		return native
	case isText(name) && kind == nil:
		return c.loaders[name.Value]
	case isText(kind) && name == nil:
		return kind.Value
	}
	return ""
}

// library writes the module that a native library stands for.
func (m *moduleWriter) library(path string, args *yaml.Node) {
	spec, known := document.Library(path, m.kinds)
	if !known && strings.Contains(path, firstMark) {
		spec, known = document.Library(laterPath(path), m.kinds)
	}
	if !known {
		m.stranger(path, args)
		return
	}
	kind := text(spec.Name)
	beside(kind, "was "+clip(path))
	put(m.out, "module", kind)
	m.builtinArgs(spec.Name, args)
}

// remote writes a module that was out of process before.
func (m *moduleWriter) remote(loader, args *yaml.Node) {
	put(m.out, "loader", object("name", outprocess, "entrypoint", orNull(get(loader, "entrypoint"))))
	if args == nil {
		return // document.Parse says that they are missing
	}
	if hosted := get(args, "outprocess.loader"); hosted != nil {
		control := getText(get(loader, "entrypoint"), "control.id")
		about(m.out, "In the place of v1's native_module_host: edge host "+control)
	}
	put(m.out, "args", m.args(args))
}

func orNull(n *yaml.Node) *yaml.Node {
	if n == nil {
		return null()
	}
	return n
}

// link converts an entry of links.
func (c *converter) link(entry *yaml.Node) *yaml.Node {
	if entry.Kind != yaml.MappingNode {
		return entry
	}
	out := flow(&yaml.Node{Kind: yaml.MappingNode})
	for key, value := range members(entry) {
		if key.Value == "source" || key.Value == "sink" || slices.Contains(ourLinkKeys, key.Value) {
			put(out, key.Value, value)
		} else {
			about(out, "Left out, as v1 did: the key "+quoted(key.Value)+".")
		}
	}
	return out
}

const mapper = "identity_map"

// guardKeys points at links by which identity_map's messages, with the keys of devices in them, go
// into files: v1's sample did that.
func (c *converter) guardKeys() {
	for _, link := range c.links.Content {
		source, sink := getText(link, "source"), getText(link, "sink")
		if c.kindOf[sink] != "logger" || get(link, "filter") != nil {
			continue
		}
		if c.kindOf[source] == mapper || source == "*" && c.maps {
			about(link, "The log has the keys of devices in it; "+
				`filter: "NOT EXISTS(deviceKey)" keeps them out.`)
		}
	}
}

func quoted(s string) string { return `"` + clip(s) + `"` }

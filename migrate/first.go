package migrate

import (
	"strings"

	"go.yaml.in/yaml/v4"
)

// The keys of a module in the documents of 2016, before loaders, and the ending of their libraries' names.
const (
	firstName = "module name"
	firstPath = "module path"
	firstMark = "_hl"
)

// first turns a module in the form of 2016 into v1's later one; any other stays what it is.
func (c *converter) first(entry *yaml.Node) *yaml.Node {
	if get(entry, firstPath) == nil || get(entry, "loader") != nil || get(entry, "module") != nil {
		return entry
	}
	c.old = true
	later := &yaml.Node{Kind: yaml.MappingNode, Line: entry.Line, Column: entry.Column}
	for key, value := range members(entry) {
		switch key.Value {
		case firstName:
			put(later, "name", value)
		case firstPath:
			put(later, "loader", object("name", native, "entrypoint", object("module.path", value)))
		default:
			later.Content = append(later.Content, key, value)
		}
	}
	return later
}

// firstKinds are modules that had other names in 2016.
var firstKinds = map[string]string{"iothubhttp": "iothub", "identitymap": mapper}

// laterPath gives a library of 2016 the name that it had later.
func laterPath(path string) string {
	folder, file := path[:strings.LastIndexAny(path, `/\`)+1], path[strings.LastIndexAny(path, `/\`)+1:]
	file = strings.Replace(file, firstMark, "", 1)
	for was, is := range firstKinds {
		file = strings.Replace(file, was, is, 1)
	}
	return folder + file
}

// everybody links everybody with everybody, as it was before there were links.
func (c *converter) everybody() {
	if !c.old || c.linked {
		return
	}
	c.head = append(c.head, "There were no links in this document, for in 2016 every message went to every "+
		"other module. The links from * do that.")
	for _, m := range c.modules.Content {
		if name := getText(m, "name"); name != "" && !c.deaf(name) {
			c.links.Content = append(c.links.Content, flow(object("source", "*", "sink", name)))
		}
	}
}

// deaf tells whether a module is compiled in and takes no messages.
func (c *converter) deaf(name string) bool {
	spec, known := c.kinds.Lookup(c.kindOf[name])
	return known && !spec.Receives()
}

// unlinkDeaf leaves out the links to modules that take no messages: v1's took them, and did nothing.
func (c *converter) unlinkDeaf() {
	var kept []*yaml.Node
	for _, link := range c.links.Content {
		sink := getText(link, "sink")
		if !c.deaf(sink) {
			kept = append(kept, link)
			continue
		}
		c.head = append(c.head, "Left out: the link from "+quoted(getText(link, "source"))+" to "+quoted(sink)+
			", for "+c.kindOf[sink]+" takes no messages; v1's took them and did nothing.")
	}
	c.links.Content = kept
}

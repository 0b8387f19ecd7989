// Package migrate rewrites documents of Azure IoT Edge in this project's own form: gateway documents
// of v1, and the routes in the deployment manifests of its successor.
//
// What comes out is YAML with comments that say what was changed, and why. Nothing is left out in
// silence: what v1 ignored is named in a comment, what cannot be kept as it was is turned into a
// skeleton with a Note that says what is left to do, and what is not understood stays as it is, for
// document.Parse to judge.
package migrate

import (
	"bytes"
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/millrace/millrace/document"
	"github.com/millrace/millrace/module"
)

// Source is a text to convert. The name is for messages.
type Source struct {
	Name string
	Text []byte
}

// Note is something that somebody has to do or should know, and its place in a source.
type Note struct {
	File         string
	Line, Column int // from 1
	Text         string
	Todo         bool // without it the gateway does not do what it did

	source int // the number of the source
}

// String puts the note on a line.
func (n Note) String() string {
	kind := "advice"
	if n.Todo {
		kind = "to do"
	}
	return fmt.Sprintf("%s:%d:%d: %s: %s", n.File, n.Line, n.Column, kind, n.Text)
}

// Result is a converted document.
type Result struct {
	YAML  []byte
	Notes []Note // in the order of the sources and their lines
}

// Todos counts the notes that somebody has to act on.
func (r *Result) Todos() (n int) {
	for _, note := range r.Notes {
		if note.Todo {
			n++
		}
	}
	return n
}

// Convert turns sources into one document: the first as v1's gateway would have been created from it,
// the others as the updates that it would have been given. It opens nothing. What is wrong with a
// source as JSON comes back as a *document.Error; any other error says that it is none of those
// documents.
func Convert(kinds *module.Registry, sources ...Source) (*Result, error) {
	c := newConverter(kinds)
	for _, s := range sources {
		if err := c.source(s); err != nil {
			return nil, err
		}
	}
	c.everybody()
	c.unlinkDeaf()
	c.guardKeys()
	slices.SortStableFunc(c.notes, func(a, b Note) int {
		return cmp.Or(cmp.Compare(a.source, b.source), cmp.Compare(a.Line, b.Line),
			cmp.Compare(a.Column, b.Column))
	})
	text, err := yaml.Dump(c.document(sources), yaml.WithV4Defaults(), yaml.WithLineWidth(-1))
	if err != nil {
		return nil, err
	}
	return &Result{YAML: text, Notes: c.notes}, nil
}

// converter gathers what the sources have.
type converter struct {
	kinds    *module.Registry
	file     string            // of the source at hand
	number   int               // of the source at hand
	loaders  map[string]string // the type of each loader, by name
	modules  *yaml.Node
	links    *yaml.Node
	extra    []*yaml.Node      // other keys of ours, and their values
	head     []string          // lines of the comment at the top
	kindOf   map[string]string // of modules that are compiled in, by name
	maps     bool              // one of them is an identity_map
	old      bool              // one of the modules is in the form of 2016
	linked   bool              // a source has links
	controls map[string]bool   // the control addresses that were made up
	notes    []Note
}

func newConverter(kinds *module.Registry) *converter {
	loaders := make(map[string]string)
	for _, kind := range []string{builtin, native, outprocess, "java", "node", "dotnet", "dotnetcore"} {
		loaders[kind] = kind
	}
	return &converter{
		kinds: kinds, loaders: loaders, kindOf: make(map[string]string), controls: make(map[string]bool),
		modules: &yaml.Node{Kind: yaml.SequenceNode}, links: &yaml.Node{Kind: yaml.SequenceNode},
	}
}

func (c *converter) source(s Source) error {
	const asJSON = ".json" // v1 knew nothing else, whatever the file's name
	if err := document.Syntax(s.Name+asJSON, s.Text); err != nil {
		return renamed(err, s.Name)
	}
	c.file, c.number = s.Name, c.number+1
	root := readTree(bytes.TrimPrefix(s.Text, []byte("\xef\xbb\xbf")))
	if agent, hub := manifest(root); agent != nil || hub != nil {
		c.manifest(agent, hub)
		return nil
	}
	if get(root, "modules") == nil && get(root, "links") == nil {
		return fmt.Errorf(`%s: neither a gateway document of v1, which has "modules" and "links", `+
			`nor a deployment manifest, which has "modulesContent"`, s.Name)
	}
	c.gateway(root)
	return nil
}

// document puts what was gathered together.
func (c *converter) document(sources []Source) *yaml.Node {
	root := &yaml.Node{Kind: yaml.MappingNode}
	put(root, "modules", c.modules)
	put(root, "links", c.links)
	for i := 0; i+1 < len(c.extra); i += 2 {
		root.Content = append(root.Content, c.extra[i], c.extra[i+1])
	}
	names := make([]string, len(sources))
	for i, s := range sources {
		names[i] = filepath.Base(s.Name)
	}
	head := []string{
		"Made from " + strings.Join(names, ", ") + " by edge import. What was changed has a comment.",
		"A publisher waits where a sink is full; v1 lost messages there in silence. " +
			`A link's "delivery" says otherwise, such as {overflow: drop_oldest}.`,
	}
	root.Content[0].HeadComment = comment(append(head, c.head...)...)
	return root
}

// note keeps something to say about a value.
func (c *converter) note(at *yaml.Node, todo bool, format string, args ...any) {
	c.notes = append(c.notes, Note{
		File: c.file, Line: at.Line, Column: at.Column, Text: fmt.Sprintf(format, args...), Todo: todo,
		source: c.number,
	})
}

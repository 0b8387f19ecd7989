// Package document reads gateway documents: JSON or YAML in, a checked Document out, or every
// mistake at once with its line, column, path and remedy.
//
// Reading has four steps, each in files of its own: the text becomes a tree of positioned nodes
// (encoding, json, yaml), the tree is held against the grammar (grammar, structure), names and
// modules are resolved (modules, loader, links), and what is left without a fault is the Document.
//
// # Variables
//
// In the texts of a module's args and of filters, ${NAME} stands for an environment variable,
// ${NAME:-default} for the default where that is not set or empty, and ${file:PATH} for the content of
// a file (relative to the document's folder, 64 KiB at most, without its final line break); $${ is a
// literal ${. A byte order mark is no part of any of them. A variable gives text. Where a module's
// argument is a number, a boolean or a duration, text that reads as one is taken as one. What a
// variable gave is never expanded again and never shown in an error. Names, links and loaders are
// what the document says: a ${ there is refused.
//
// # YAML
//
// YAML is read as JSON in other clothes: anchors and aliases are expanded, keys are text; tags,
// merge keys, several documents in one file, and plain values that YAML 1.1 and 1.2 read
// differently (yes, 0o17, 1_000) are refused with what to write instead.
package document

import (
	"encoding/json"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/filter"
	"github.com/millrace/millrace/internal/redact"
	"github.com/millrace/millrace/internal/sp"
	"github.com/millrace/millrace/module"
)

// Document is a checked gateway document: every name resolved, every filter compiled. It is plain
// data; the reader keeps no hold on it.
type Document struct {
	File    string   // as given; for messages
	Modules []Module // in the order of the document
	Links   []Link   // in the order of the document

	DeadLetter string            // the module that gets what links drop; empty: nobody
	Loaders    map[string]string // the types of loaders, by the names that it gives them; nil: none
	Engine     engine.Options    // what the engine may take; zero: its defaults

	// Secrets takes what variables stood for out of texts: its method Text returns a text without them.
	// A gateway does so with its log and its errors. Nil, which may be used, knows none.
	Secrets *redact.Redactor
}

// Module is one module to run.
type Module struct {
	Name     string
	Spec     module.Spec
	Args     json.RawMessage // variables expanded; null when absent
	Filter   *filter.Filter  // what it accepts from the bus; nil: nothing
	Restart  Restart         // what becomes of it when it fails
	Capacity int             // messages; 0: the engine's default

	// Discards says that messages which links lead to the module are thrown away and counted: it stands in
	// v1's form, and takes none, where v1's module of that name took them and did nothing.
	Discards bool

	control sp.Address // of a remote module; empty: it is none
}

// Link is one link to make.
type Link = engine.Link

// Options of reading. The zero value reads the process's environment.
type Options struct {
	Env func(name string) (value string, found bool) // nil: os.LookupEnv

	// Onto is a running gateway that the document is an update of, as gateway.Document has it: it may
	// have modules or links alone, its links may name the gateway's modules, and what it adds must be
	// new there. Nil: the document stands alone.
	Onto *Document
}

// Load reads and checks the file at path ("-" is not special). It opens that file, the files that
// ${file:…} names, and nothing else. All mistakes come back as one *Error.
func Load(path string, kinds *module.Registry, o Options) (*Document, error) {
	text, err := readFile(path)
	if err != nil {
		return nil, unreadable(path, err)
	}
	return Parse(path, text, kinds, o)
}

// Parse checks a document already read. The name is for messages, decides the syntax by its ending
// (.yaml and .yml: YAML, anything else JSON), and its folder is where relative ${file:…} paths
// begin. The text is not kept on success and never written to. All mistakes come back as one
// *Error.
func Parse(name string, text []byte, kinds *module.Registry, o Options) (*Document, error) {
	c := newChecker(name, kinds, o)
	text, ok := decode(text, &c.report)
	if !ok {
		return nil, c.failure(name, text)
	}
	c.places.text = text
	root := read(name, text, &c.report)
	if root == nil {
		return nil, c.failure(name, text)
	}
	d := c.document(root)
	if err := c.failure(name, text); err != nil {
		return nil, err
	}
	d.File, d.Secrets = name, c.secrets
	c.publish(d)
	return d, nil
}

// Syntax finds what is wrong with a text as JSON or YAML, whatever it says: that it is none, has a key
// twice, or is beyond the bounds of a document. The name is as for Parse. All mistakes come back as
// one *Error.
func Syntax(name string, text []byte) error {
	var r report
	text, ok := decode(text, &r)
	if ok {
		read(name, text, &r)
	}
	return r.failure(name, text)
}

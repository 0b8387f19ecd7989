package document

import "github.com/millrace/millrace/engine"

// shape says what a value of the document must look like. The checker and the JSON Schema both
// read it, so that they cannot disagree.
type shape struct {
	kind     kind   // invalidKind: any value
	or       kind   // another kind that is right; invalidKind: none
	doc      string // for the schema
	want     string // what would be right where the kind is wrong
	keys     []key  // of an object; nil: any keys
	items    *shape // of an array
	words    []string
	min, max int // of a number, which must be whole

	sizeMin, sizeMax uint64 // of a string that is a size, in bytes; 0: it is none
	name             bool
}

// key is a key of an object.
type key struct {
	name     string
	required bool
	shape    *shape
}

// names lists the keys of an object.
func (s *shape) names() []string {
	names := make([]string, len(s.keys))
	for i, k := range s.keys {
		names[i] = k.name
	}
	return names
}

const (
	nameMax = 128 // bytes
)

// grammar is the shape of the whole document.
func grammar() *shape {
	return &shape{
		kind: objectKind,
		doc:  "A Millrace gateway: modules and the links between them",
		want: wantDocument,
		keys: []key{
			{"loaders", false, list(loaderEntry(), "Loaders under names of their own")},
			{"modules", true, list(moduleEntry(), "The modules, in the order they start in")},
			{"links", false, list(linkEntry(), "Who sends to whom; may be absent only where a "+
				"module has a filter, which makes the gateway a bus")},
			{"deadLetter", false, &shape{kind: stringKind, want: "want a module's name",
				doc: "The name of the module that gets a copy of every message that a link drops"}},
			{"engine", false, engineShape()},
		},
	}
}

func list(items *shape, doc string) *shape {
	return &shape{kind: arrayKind, items: items, doc: doc, want: "want an array: [ … ]"}
}

func loaderEntry() *shape {
	return &shape{
		kind: objectKind,
		want: `want {"type": "native", "name": "…"}`,
		doc:  "A loader, made known under another name",
		keys: []key{
			{"type", true, &shape{kind: stringKind, doc: "What kind of loader it is",
				want: `want "builtin", "native" or "outprocess"`}},
			{"name", true, label("The name that modules use in loader.name")},
			{"configuration", false, &shape{doc: "Nothing: these loaders have none; null or {}"}},
		},
	}
}

func moduleEntry() *shape {
	return &shape{
		kind: objectKind,
		want: `want {"name": "…", "module": "…"}`,
		doc:  "A module to run",
		keys: []key{
			{"name", true, label("The name that links use; unique, not *")},
			{"module", false, &shape{kind: stringKind, doc: "Which module it is",
				want: "want the name of a module in quotes"}},
			{"loader", false, loaderUse()},
			{"args", false, &shape{doc: "The module's arguments; ${NAME} and ${file:PATH} are " +
				"expanded in strings, $${ is a literal ${"}},
			{"filter", false, filterShape("What the module takes from the messages of all others")},
			{"capacity", false, &shape{kind: numberKind, min: 1, max: engine.MaxCapacity,
				doc: "How many messages may wait for the module; 1024 unless given"}},
			{"restart", false, restartShape()},
		},
	}
}

// loaderUse is v1's way to say which module it is. Its entry point depends on the loader.
func loaderUse() *shape {
	return &shape{
		kind: objectKind,
		want: `want {"name": "native", "entrypoint": {"module.path": "…"}}, or "module" instead`,
		doc:  "Which module it is, as Azure IoT Edge v1 writes it",
		keys: []key{
			{"name", false, &shape{kind: stringKind, doc: "The loader's name; native unless given",
				want: `want "builtin", "native", "outprocess" or a name from "loaders"`}},
			{"type", false, &shape{kind: stringKind, doc: "The loader's type, instead of its name",
				want: `want "builtin", "native" or "outprocess"`}},
			{"entrypoint", true, &shape{kind: objectKind, doc: "Where the loader finds the module",
				want: `want {"module.path": "…"}`}},
		},
	}
}

// entrypoint is what a loader of that type needs to find a module.
func entrypoint(loaderType string) *shape {
	if loaderType == remote {
		return remotePoint()
	}
	k := key{"module.path", true, &shape{kind: stringKind, want: "want the path of a library",
		doc: "A library path such as ./modules/logger/liblogger.so, which stands for the " +
			"module of that name"}}
	if loaderType == builtin {
		k = key{"module", true, &shape{kind: stringKind, want: "want the name of a module",
			doc: "Which module it is"}}
	}
	return &shape{kind: objectKind, keys: []key{k}}
}

func linkEntry() *shape {
	return &shape{
		kind: objectKind,
		want: `want {"source": "…", "sink": "…"}`,
		doc:  "A link from one module to another, or to itself",
		keys: []key{
			{"source", true, &shape{kind: stringKind, want: `want a module's name, or "*"`,
				doc: "The name of the module that publishes, or * for every other module"}},
			{"sink", true, &shape{kind: stringKind, want: "want a module's name",
				doc: "The name of the module that receives"}},
			{"filter", false, filterShape("Which messages take this link; all unless given")},
			{"delivery", false, deliveryShape()},
		},
	}
}

func deliveryShape() *shape {
	return &shape{
		kind: objectKind,
		want: `want {"overflow": "block", "timeout": "250ms"}`,
		doc:  "What happens when the sink has no room",
		keys: []key{
			{"overflow", false, &shape{kind: stringKind, want: "want one of " + oneOf(overflows),
				doc: "Wait, or drop the newest or the oldest message; block unless given", words: overflows}},
			{"timeout", false, &shape{kind: stringKind, want: `want a duration such as "250ms"`,
				doc: "How long block waits, such as 250ms or 2s; for ever unless given"}},
		},
	}
}

func filterShape(doc string) *shape {
	return &shape{
		kind: objectKind,
		or:   stringKind,
		doc: doc + `: a condition of SQL such as "kind = 'cpu' AND value > 30", or a JSON pattern ` +
			`such as {"kind": ["cpu"], "value": [{"numeric": [">", 30]}]}`,
		want: `want a condition such as "kind = 'cpu' AND value > 30", ` +
			`or a JSON pattern such as {"kind": ["cpu"]}`,
	}
}

func label(doc string) *shape {
	return &shape{kind: stringKind, doc: doc, want: `want a name such as "sensor1"`, name: true}
}

package document

import (
	"regexp"
	"slices"
	"strings"

	"github.com/millrace/millrace/fault"
	"github.com/millrace/millrace/module"
)

// The loader types. Two find modules that are compiled in: builtin by name, native by the path of
// the library that Azure IoT Edge v1 loaded. The third finds those that run in processes of their
// own.
const (
	builtin = "builtin"
	native  = "native"
	remote  = "outprocess"
)

var (
	loaderTypes = []string{builtin, native, remote}
	otherTypes  = []string{"java", "node", "dotnet", "dotnetcore"} // v1's, in process
)

const wantLoader = `want "outprocess", which runs it in a process of its own, or "builtin" or ` +
	`"native", which find modules that are compiled in`

// refuseType reports a loader or type that is not there or not known.
func (c *checker) refuseType(n *node, what string, known []string) {
	if slices.Contains(otherTypes, n.text) {
		c.at(n, "the "+what+" "+quote(n.text)+" runs another language inside the gateway, "+
			"which is not supported", wantLoader)
		return
	}
	want := c.guessName(n.text, known)
	if want == "" {
		want = "want " + oneOf(known)
	}
	c.at(n, "unknown "+what+" "+quote(n.text), want)
}

// namedLoaders reads the loaders that the document names anew.
func (c *checker) namedLoaders(list *node) {
	if list == nil || list.kind != arrayKind {
		return
	}
	for _, entry := range list.children {
		kind, name := entry.get("type"), entry.get("name")
		if kind == nil || kind.kind != stringKind {
			continue
		}
		if !slices.Contains(loaderTypes, kind.text) {
			c.refuseType(kind, "loader type", loaderTypes)
			continue
		}
		c.configuration(entry.get("configuration"))
		if name != nil && name.kind == stringKind {
			c.nameLoader(name, kind.text)
		}
	}
}

func (c *checker) nameLoader(name *node, kind string) {
	if known, taken := c.loaders[name.text]; taken && known != kind {
		c.at(name, "the loader "+quote(name.text)+" is of type "+quote(known)+" already",
			"want another name")
		return
	}
	c.loaders[name.text] = kind
}

func (c *checker) configuration(n *node) {
	if n == nil || n.kind == nullKind || n.kind == objectKind && len(n.children) == 0 {
		return
	}
	c.at(n, "a configuration of a loader that has none", "want null, {} or no such key")
}

// spec finds the kind of a module, or reports why there is none. Both forms are accepted: the short
// "module" and v1's "loader".
func (c *checker) spec(entry *node) (module.Spec, bool) {
	short, long := entry.get("module"), entry.get("loader")
	switch {
	case short != nil && long != nil:
		c.add(long.keyAt, long.path(), `both "module" and "loader"`, "want one of them")
	case short != nil && short.kind == stringKind:
		return c.kind(short, short.text)
	case long != nil && long.kind == objectKind:
		return c.loaded(long)
	case short == nil && long == nil && entry.kind == objectKind && !entry.partial:
		c.withoutKind(entry)
	}
	return module.Spec{}, false
}

func (c *checker) withoutKind(entry *node) {
	shape := moduleEntry()
	for _, child := range entry.children {
		if c.full() || shape.key(child.key()) != nil {
			continue
		}
		if fault.DidYouMean(child.key(), []string{"module", "loader"}) != "" {
			return // reported as an unknown key
		}
	}
	c.at(entry, `missing key "module"`, `want the kind of module, such as "module": "logger"`)
}

func (c *checker) kind(n *node, name string) (module.Spec, bool) {
	spec, known := c.kinds.Lookup(name)
	if !known {
		c.unknownKind(n, name)
	}
	return spec, known
}

func (c *checker) unknownKind(n *node, name string) {
	c.at(n, "unknown module "+quote(name), c.wantKind(name))
}

func (c *checker) wantKind(name string) string {
	names := c.kinds.Names()
	want := "known are " + oneOf(names)
	if guess := c.guessName(name, names); guess != "" {
		want = guess + " " + want
	}
	return want
}

// loaded resolves v1's form.
func (c *checker) loaded(loader *node) (module.Spec, bool) {
	kind, ok := c.loaderType(loader)
	entry := loader.get("entrypoint")
	if !ok || entry == nil || entry.kind != objectKind {
		return module.Spec{}, false
	}
	c.structure(entry, entrypoint(kind))
	if kind == remote {
		return c.far(loader, entry)
	}
	if n := entry.get("module"); kind == builtin && n != nil && n.kind == stringKind {
		return c.kind(n, n.text)
	}
	if n := entry.get("module.path"); kind == native && n != nil && n.kind == stringKind {
		return c.library(n)
	}
	return module.Spec{}, false
}

// loaderType returns the type of the loader that a module uses, or reports why it cannot.
func (c *checker) loaderType(loader *node) (string, bool) {
	name, kind := loader.get("name"), loader.get("type")
	switch {
	case name != nil && kind != nil:
		c.add(kind.keyAt, kind.path(), `both "name" and "type" of a loader`, "want one of them")
	case name != nil && name.kind == stringKind:
		if known, ok := c.loaders[name.text]; ok {
			return known, true
		}
		c.refuseType(name, "loader", c.loaderNames())
	case kind != nil && kind.kind == stringKind:
		if slices.Contains(loaderTypes, kind.text) {
			return kind.text, true
		}
		c.refuseType(kind, "loader type", loaderTypes)
	case name == nil && kind == nil:
		return native, true
	}
	return "", false
}

func (c *checker) loaderNames() []string {
	names := make([]string, 0, len(c.loaders))
	for name := range c.loaders {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// library finds the module that a library of v1 stands for.
func (c *checker) library(n *node) (module.Spec, bool) {
	spec, known := Library(n.text, c.kinds)
	if !known {
		c.unknownLibrary(n)
	}
	return spec, known
}

// Library returns the kind of module that a library of Azure IoT Edge v1 stands for by its name, such
// as ./modules/logger/liblogger.so or ..\Debug\logger.dll; false if there is none.
func Library(path string, kinds *module.Registry) (module.Spec, bool) {
	for _, name := range libraryNames(path) {
		if spec, known := kinds.Lookup(name); known {
			return spec, true
		}
	}
	return module.Spec{}, false
}

func (c *checker) unknownLibrary(n *node) {
	name := libraryNames(n.text)[0]
	c.at(n, "unknown module "+quote(name), c.wantKind(name)+
		`; any other library runs in a process of its own, by the loader "outprocess" (edge import writes how)`)
}

var libraryEnding = regexp.MustCompile(`(\.so(\.[0-9]+)*|\.dll|\.dylib)$`)

// libraryNames returns what a library path may mean, the likeliest first: its file name in lower
// case without folder and ending, without and with a leading lib.
func libraryNames(path string) []string {
	base := strings.ToLower(path[strings.LastIndexAny(path, `/\`)+1:])
	base = libraryEnding.ReplaceAllString(base, "")
	return []string{strings.TrimPrefix(base, "lib"), base}
}

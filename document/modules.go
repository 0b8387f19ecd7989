package document

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strconv"

	"github.com/millrace/millrace/fault"
	"github.com/millrace/millrace/module"
)

// modules checks every module of the list.
func (c *checker) modules(list *node) []Module {
	if list == nil || list.kind != arrayKind {
		return nil
	}
	all := make([]Module, 0, len(list.children))
	for _, entry := range list.children {
		all = append(all, c.module(entry))
	}
	return all
}

func (c *checker) module(entry *node) Module {
	m := Module{Name: entry.getString("name")}
	c.register(entry.get("name"))
	if n := entry.get("capacity"); n != nil && n.kind == numberKind {
		m.Capacity, _ = strconv.Atoi(n.text) // structure has checked it
	}
	m.Restart = c.restart(entry.get("restart"))
	if n := entry.get("filter"); n != nil {
		if filter, ok := c.filter(n); ok {
			m.Filter = &filter
		}
	}
	spec, known := c.spec(entry)
	if known {
		m.Spec, m.control = spec, controlOf(entry)
		m.Args = c.args(entry, spec)
		c.ears(entry, &m)
	}
	return m
}

// ears notes a module that takes no messages: it cannot have a filter, nor be a sink unless it discards
// what comes.
func (c *checker) ears(entry *node, m *Module) {
	if m.Spec.Receives() {
		return
	}
	m.Discards = entry.get("loader") != nil && entry.get("loader").get("entrypoint").get("module.path") != nil
	c.hear(*m)
	if n := entry.get("filter"); n != nil {
		c.add(n.keyAt, n.path(), "a filter on a module that takes no messages: "+m.Spec.Name+
			" only publishes", "want it on a module that receives")
	}
}

// hear notes a module that cannot be a sink.
func (c *checker) hear(m Module) {
	if !m.Discards && !m.Spec.Receives() {
		c.deaf[m.Name] = m.Spec.Name
	}
}

// register notes a module's name, which must be unique.
func (c *checker) register(name *node) {
	if name == nil || name.kind != stringKind {
		return
	}
	if first, taken := c.names[name.text]; taken {
		c.at(name, fmt.Sprintf("duplicate module name %s, first %s", quote(name.text),
			place(first.at.line)), "want each name once")
		return
	}
	c.names[name.text] = name
	c.inOrder = append(c.inOrder, name.text)
}

// expand replaces the variables in every string under n.
func (c *checker) expand(n *node, s *secrets) {
	for _, child := range n.children {
		c.expand(child, s)
	}
	if n.kind != stringKind {
		return
	}
	pieces, err := c.variables.pieces(n.text)
	if err != nil {
		c.refuseVariable(n, err)
		return
	}
	if expanded := joined(pieces); expanded != n.text {
		n.written, n.text = n.text, expanded
		s.add(pieces)
	}
}

func (c *checker) refuseVariable(n *node, err error) {
	want := ""
	var v *variableError
	if errors.As(err, &v) {
		want = v.want
	}
	c.at(n, err.Error(), want)
	n.kind = invalidKind
}

// args expands, checks and tries a module's arguments.
func (c *checker) args(entry *node, spec module.Spec) json.RawMessage {
	args, names := entry.get("args"), argNames(spec)
	if args == nil {
		args = &node{kind: nullKind, text: "null", at: entry.at, parent: entry, step: fault.Key("args")}
	}
	var s secrets
	c.expand(args, &s)
	if args.broken() {
		return nil
	}
	if spec.List {
		for _, element := range args.children {
			typed(element, spec)
		}
	} else {
		typed(args, spec)
	}
	raw := args.json()
	err := spec.Check(raw)
	if err == nil {
		err = configure(spec, raw)
	}
	c.follow(args, err, names, &s)
	if err == nil {
		c.ownFiles(args, spec)
	}
	return raw
}

// argNames lists the keys that args may have; nil when any may.
func argNames(spec module.Spec) []string {
	if spec.AnyArgs {
		return nil
	}
	names := make([]string, len(spec.Args))
	for i, a := range spec.Args {
		names[i] = a.Name
	}
	return names
}

// configure lets the module itself judge its arguments. A module that panics harms only itself.
func configure(spec module.Spec, args json.RawMessage) (err error) {
	defer func() {
		if recover() != nil {
			err = fault.Fault{Problem: "the module " + quote(spec.Name) + " panics on these arguments"}
		}
	}()
	return spec.New().Configure(args)
}

var plainDigits = regexp.MustCompile(`^-?[0-9]+$`)

// typed gives a string that variables made the type of its argument, where it reads as one, and a whole
// number its digits. The node may be anything: what is not an object has no arguments.
func typed(args *node, spec module.Spec) {
	for _, a := range spec.Args {
		n := args.get(a.Name)
		if n != nil && n.kind == numberKind && (a.Type == module.Int || a.Type == module.Duration) {
			n.text = digits(n.text)
			continue
		}
		if n == nil || n.kind != stringKind || n.written == "" {
			continue
		}
		switch {
		case a.Type == module.Bool && (n.text == "true" || n.text == "false"):
			n.kind = booleanKind
		case (a.Type == module.Int || a.Type == module.Number) && jsonNumber.MatchString(n.text):
			n.kind = numberKind
		case a.Type == module.Duration && plainDigits.MatchString(n.text):
			n.kind = numberKind
		}
	}
}

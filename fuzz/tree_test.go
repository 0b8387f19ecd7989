package fuzz

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"testing"

	"github.com/millrace/millrace/module"
)

// FuzzDocumentTree: documents that are right in most places, because they are grown from the grammar
// and the modules' own arguments, are held to what FuzzDocument holds any text to.
func FuzzDocumentTree(f *testing.F) {
	for i := range 24 {
		f.Add(bytes.Repeat([]byte{byte(i), byte(3 * i), 1, byte(7 * i), 5}, 12))
	}
	r := newReader(f)
	f.Fuzz(func(t *testing.T, bytes []byte) {
		g := &grower{tape: tape{bytes}, kinds: r.kinds}
		text := g.document()
		d, mistakes := r.read(t, text, false)
		if d != nil {
			r.checkRendering(t, d)
		}
		r.checkTwin(t, text, d, mistakes)
		r.checkSchema(t, text, d != nil)
	})
}

// grower writes documents as JSON. One choice in fifty is a wild one.
type grower struct {
	tape
	kinds *module.Registry
	names int // given to modules so far
}

func (g *grower) wild() bool { return g.next(50) == 49 }

func (g *grower) document() []byte {
	modules := g.list(4, g.module)
	links := g.list(4, g.link)
	text := fmt.Sprintf(`{"modules":%s,%s:%s`, modules, g.key("links"), links)
	if g.next(4) == 1 {
		text += fmt.Sprintf(`,%s:%s`, g.key("deadLetter"), g.name())
	}
	return []byte(text + "}")
}

// key is a key, or another one.
func (g *grower) key(right string) string {
	if g.wild() {
		right = pick(&g.tape, "links", "Links", "name", "args", "argz", "filter", "capacity", "", "loader", "a b")
	}
	return quoted(right)
}

func (g *grower) list(most int, item func() string) string {
	if g.wild() {
		return g.value(2)
	}
	b := []byte{'['}
	for i := range g.next(most + 1) {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, item()...)
	}
	return string(append(b, ']'))
}

func (g *grower) name() string {
	if g.wild() {
		return g.value(0)
	}
	return quoted(string(rune('a' + g.next(max(1, g.names)))))
}

// newName is another one than before.
func (g *grower) newName() string {
	if g.wild() {
		return g.name()
	}
	g.names++
	return quoted(string(rune('`' + g.names)))
}

func (g *grower) module() string {
	names := g.kinds.Names()
	kind := names[g.next(len(names))]
	spec, _ := g.kinds.Lookup(kind)
	text := fmt.Sprintf(`{%s:%s,%s`, g.key("name"), g.newName(), g.kind(kind))
	text += fmt.Sprintf(`,%s:%s`, g.key("args"), g.args(spec))
	if g.next(4) == 1 {
		text += fmt.Sprintf(`,%s:%s`, g.key("filter"), g.filter())
	}
	if g.next(4) == 1 {
		text += fmt.Sprintf(`,%s:%s`, g.key("capacity"), g.number())
	}
	if g.next(4) == 1 {
		text += fmt.Sprintf(`,%s:%s`, g.key("restart"), g.restart())
	}
	return text + "}"
}

// kind says which module it is, in one of the ways there are.
func (g *grower) kind(kind string) string {
	switch g.next(9) {
	case 5:
		return fmt.Sprintf(`%s:{"name":"outprocess","entrypoint":{%s:"none",%s:"tcp://127.0.0.1:%s"}}`,
			g.key("loader"), g.key("activation.type"), g.key("control.id"), strconv.Itoa(1+g.next(200)))
	case 6:
		return fmt.Sprintf(`%s:{"name":"native","entrypoint":{%s:"./lib%s.so"}}`, g.key("loader"), g.key("module.path"), kind)
	case 7:
		return fmt.Sprintf(`%s:{"type":"builtin","entrypoint":{"module":%s}}`, g.key("loader"), quoted(kind))
	}
	return fmt.Sprintf(`%s:%s`, g.key("module"), quoted(kind))
}

func (g *grower) restart() string {
	return fmt.Sprintf(`{%s:%s,%s:%s,%s:%s}`, g.key("policy"), pick(&g.tape, `"never"`, `"on_failure"`, `"always"`),
		g.key("max"), g.number(), g.key(pick(&g.tape, "backoff", "hang")), pick(&g.tape, `"1s"`, `"1.5h"`, `"0s"`, `"x"`, "1"))
}

func (g *grower) args(spec module.Spec) string {
	if len(spec.Args) == 0 || g.wild() {
		return g.value(3)
	}
	if spec.List {
		return g.list(3, func() string { return g.argObject(spec) })
	}
	return g.argObject(spec)
}

func (g *grower) argObject(spec module.Spec) string {
	b := []byte{'{'}
	for _, a := range spec.Args {
		if !a.Required && g.next(2) == 0 {
			continue
		}
		if len(b) > 1 {
			b = append(b, ',')
		}
		b = fmt.Appendf(b, `%s:%s`, g.key(a.Name), g.arg(a))
	}
	return string(append(b, '}'))
}

func (g *grower) arg(a module.Arg) string {
	if g.wild() {
		return g.value(1)
	}
	switch {
	case len(a.Enum) > 0:
		return quoted(a.Enum[g.next(len(a.Enum))])
	case a.Type == module.Bool:
		return pick(&g.tape, "true", "false", `"${B}"`)
	case a.Type == module.Int, a.Type == module.Number:
		return g.number()
	case a.Type == module.Duration:
		return pick(&g.tape, `"1s"`, `"250ms"`, "100", `"1h2m"`, `"${D}"`, `"-1s"`, `"0"`, `"1.5"`)
	case a.Type == module.Strings:
		return g.list(3, g.text)
	}
	return g.text()
}

func (g *grower) number() string {
	if g.next(4) == 3 {
		return pick(&g.tape, "0", "-1", "1.5", "1e3", "1E+2", "9223372036854775808", "1e999", "-0", `"${N}"`)
	}
	return strconv.Itoa(1 + g.next(200))
}

func (g *grower) text() string {
	return pick(&g.tape, `"x"`, `"a.log"`, `"${NAME}"`, `"$${"`, `"127.0.0.1:1"`, `"00:11:22:33:44:55"`,
		`"contoso"`, `"azure-devices.net"`, `""`, `"é\u0000\n"`, `"${UNSET}"`, `"${"`, `"dev-1"`, `"a2V5"`)
}

func (g *grower) filter() string {
	if g.next(3) == 0 {
		return quoted(pick(&g.tape, "a = 'x'", "a > 1 AND b IS NULL", "a LIKE 'x%' OR NOT b IN ('y', 2)", "a = '${N}'",
			"a = 1 AND", "", "a > b", "LOWER(a) = [b c]", "a + b * 2 > LENGTH(c)", "a BETWEEN 1 AND 2", "TRUE", "[a b] <> \"c\"", "a\n\t= 'é\n'"))
	}
	return fmt.Sprintf(`{%s:%s}`, quoted(pick(&g.tape, "kind", "", "a b", "é", "${")), g.list(3, g.condition))
}

func (g *grower) condition() string {
	if g.wild() {
		return g.value(2)
	}
	return pick(&g.tape, `"cpu"`, "30", "true", `{"prefix":"x"}`, `{"exists":false}`, `{"numeric":[">",1,"<=",2e1]}`,
		`{"anything-but":["a",1]}`, `{"anything-but":{"suffix":"é"}}`, `{"wildcard":"a*"}`, `{"equals-ignore-case":"X"}`, `{"numeric":[">"]}`, "null")
}

func (g *grower) link() string {
	text := fmt.Sprintf(`{%s:%s,%s:%s`, g.key("source"), g.end(), g.key("sink"), g.end())
	if g.next(3) == 1 {
		text += fmt.Sprintf(`,%s:%s`, g.key("filter"), g.filter())
	}
	if g.next(3) == 1 {
		text += fmt.Sprintf(`,%s:%s`, g.key("delivery"), g.delivery())
	}
	return text + "}"
}

func (g *grower) end() string {
	if g.next(8) == 7 {
		return `"*"`
	}
	return g.name()
}

func (g *grower) delivery() string {
	return pick(&g.tape, "{}", `{"overflow":"block"}`, `{"overflow":"drop_newest"}`, `{"overflow":"drop_oldest"}`,
		`{"timeout":"1.5s"}`, `{"overflow":"drop_oldest","timeout":"1s"}`, `{"timeout":"x"}`, `{"timeout":"1us","overflow":"block"}`)
}

// value is any value, mostly a wrong one.
func (g *grower) value(depth int) string {
	switch n := g.next(12); {
	case n < 2 && depth > 0:
		return g.list(3, func() string { return g.value(depth - 1) })
	case n < 4 && depth > 0:
		return fmt.Sprintf(`{%s:%s}`, g.key("x"), g.value(depth-1))
	case n < 7:
		return g.text()
	case n < 9:
		return g.number()
	}
	return pick(&g.tape, "null", "true", "false", "{}", "[]", `"null"`, `"yes"`, `"012"`)
}

func quoted(text string) string {
	b, _ := json.Marshal(text) // cannot fail: a string always has a JSON form
	return string(b)
}

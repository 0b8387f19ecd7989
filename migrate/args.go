package migrate

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// builtinArgs writes the arguments of a module that is compiled in; null is what it has anyway.
func (m *moduleWriter) builtinArgs(kind string, args *yaml.Node) {
	m.kindOf[getText(m.entry, "name")] = kind
	m.maps = m.maps || kind == mapper
	if args == nil || isNull(args) {
		return
	}
	args = m.args(args)
	if kind == "iothub" {
		m.transport(args)
	}
	put(m.out, "args", args)
}

// transport says what becomes of another transport than MQTT. In 2016 the library's name said it.
func (m *moduleWriter) transport(args *yaml.Node) {
	if m.old && args.Kind == yaml.MappingNode && get(args, "Transport") == nil {
		put(args, "Transport", text("HTTP"))
	}
	otherTransport(get(args, "Transport"))
}

func otherTransport(transport *yaml.Node) {
	if isText(transport) && !strings.EqualFold(transport.Value, "MQTT") {
		beside(transport, "accepted, but MQTT over TLS is spoken")
	}
}

// args rewrites arguments where they would mean something else here, and points at secrets.
func (m *moduleWriter) args(args *yaml.Node) *yaml.Node {
	literal(args, beside)
	m.secrets(args, []string{getText(m.entry, "name")})
	return args
}

// literal keeps what looks like a variable from being one: v1 had none. In keys there are none here.
func literal(n *yaml.Node, say func(n *yaml.Node, words string)) {
	for _, element := range elements(n) {
		literal(element, above)
	}
	for _, value := range members(n) {
		literal(value, beside)
	}
	if isText(n) && strings.Contains(n.Value, "${") {
		say(n, "$${ is a literal ${, which would be a variable here")
		fill(n, strings.ReplaceAll(n.Value, "${", "$${"))
	}
}

// secretKey matches keys whose values are secrets as a rule.
var secretKey = regexp.MustCompile(`(?i)(key|password|passwd|pwd|secret|token|signature|` +
	`connection[._-]?string)$`)

// secrets suggests variables for what should not stand in a file. The names of steps lead to n.
func (m *moduleWriter) secrets(n *yaml.Node, steps []string) {
	for i, element := range elements(n) {
		m.secrets(element, then(steps, fmt.Sprint(i+1)))
	}
	for key, value := range members(n) {
		path := then(steps, key.Value)
		if isText(value) && value.Value != "" && secretKey.MatchString(key.Value) {
			name := variableName(path)
			beside(value, `a secret in a file; "${`+name+`}" takes it from the environment`)
			m.note(value, false, `%s of the module %s is a secret that stands in the text; "${%s}" `+
				`in its place takes it from the environment`, key.Value, m.quotedName(), name)
			continue
		}
		m.secrets(value, path)
	}
}

func then(steps []string, step string) []string { return append(slices.Clip(steps), step) }

var unfitForVariables = regexp.MustCompile(`[^A-Z0-9]+`)

func variableName(steps []string) string {
	name := unfitForVariables.ReplaceAllString(strings.ToUpper(strings.Join(steps, "_")), "_")
	name = strings.Trim(name, "_")
	if name == "" || name[0] >= '0' && name[0] <= '9' {
		name = "SECRET_" + name
	}
	return name
}

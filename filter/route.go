package filter

import (
	"slices"
	"strings"
)

// Upstream is the sink of a route that leads into the cloud.
const Upstream = "$upstream"

// Route is a route of the hub of Azure IoT Edge, in the terms of a gateway's links. Modules here
// have one output and one input; what the route says of them is kept for the caller to judge.
type Route struct {
	Source string // a module's name; "*" for every one
	Output string // the output that the messages must come from; "" for any
	Filter Filter // of its condition; zero: every message
	Sink   string // a module's name, or Upstream
	Input  string // the sink's input; "" for Upstream
}

// ParseRoute reads a route as the deployment manifests of Azure IoT Edge write it:
//
//	FROM /messages/modules/thermo/outputs/* WHERE temp > 30 INTO $upstream
//	FROM /messages/* INTO BrokeredEndpoint("/modules/display/inputs/readings")
//
// The condition is Parse's but for this: double quotes make a text, too, and the functions are the
// hub's IS_DEFINED, STARTS_WITH, ENDS_WITH, CONTAINS and AS_NUMBER. What filters cannot see is
// refused, $body and system properties such as $connectionModuleId, and so are sources that are
// none here, such as /twinChangeNotifications. The error is a *SyntaxError; the route beside it
// accepts nothing.
func ParseRoute(text string) (Route, error) {
	p := newParser(text)
	p.hub = true
	r := p.route()
	if p.err != nil {
		return Route{Filter: Or()}, p.err
	}
	return r, nil
}

// route = FROM path [ WHERE condition ] INTO sink .
func (p *parser) route() (r Route) {
	p.keyword("want FROM /messages/modules/NAME/* INTO …", "FROM")
	p.source(&r)
	if p.takeWord("WHERE") {
		r.Filter = p.condition()
		if !p.ends() && didYouMean(p.token.text, "INTO") == "" {
			p.stray()
		}
	}
	p.keyword("want INTO and a sink, such as $upstream", "INTO", "WHERE")
	p.sink(&r)
	if p.token.kind != endToken {
		p.refuse(p.token, slip{found(p.token) + " after a complete route", "want none"})
	}
	return r
}

// keyword takes the first of the words; the others are what may have been meant, too.
func (p *parser) keyword(want string, words ...string) {
	t := p.token
	if p.takeWord(words[0]) {
		return
	}
	if near := didYouMean(t.text, words...); t.kind == wordToken && near != "" {
		want = near
	}
	p.refuse(t, slip{found(t) + " where " + words[0] + " belongs", want})
}

// source reads a path. It is not made of tokens: the lexer is moved behind it.
func (p *parser) source(r *Route) {
	start := p.token
	path, _, _ := strings.Cut(p.text[start.at:], " ")
	if end := strings.IndexAny(path, "\t\r\n"); end >= 0 {
		path = path[:end]
	}
	var known bool
	if r.Source, r.Output, known = sourceOf(path); !known {
		problem := "no source of messages: " + clip(path)
		if path == "" {
			problem = "no source"
		}
		p.refuse(start, slip{problem, "want /messages/*, /messages/modules/NAME/* or " +
			"/messages/modules/NAME/outputs/NAME"})
		return
	}
	p.at = start.at + len(path)
	p.token = p.next()
}

// sourceOf reads the source of a route. The hub tells a module's messages from a device's below it;
// here all come from modules.
func sourceOf(path string) (module, output string, ok bool) {
	below, rooted := strings.CutPrefix(path, "/")
	if !rooted {
		return "", "", false
	}
	steps := strings.Split(below, "/")
	if last := len(steps) - 1; steps[last] == "*" {
		steps = steps[:last]
	}
	switch {
	case slices.Contains(steps, "") || slices.Contains(steps, "*"):
	case len(steps) == 0 && path == "/*", slices.Equal(steps, []string{"messages"}),
		slices.Equal(steps, []string{"messages", "modules"}):
		return "*", "", true
	case len(steps) < 3 || steps[0] != "messages" || steps[1] != "modules":
	case len(steps) == 3, len(steps) == 4 && steps[3] == "outputs":
		return steps[2], "", true
	case len(steps) == 5 && steps[3] == "outputs":
		return steps[2], steps[4], true
	}
	return "", "", false
}

// sink = $upstream | BrokeredEndpoint "(" text ")" .
func (p *parser) sink(r *Route) {
	t := p.advance()
	switch {
	case isWord(t, Upstream):
		r.Sink = Upstream
	case isWord(t, "BrokeredEndpoint") && p.sees("("):
		open := p.advance()
		p.input(r, p.string(`want a path such as "/modules/NAME/inputs/NAME"`))
		p.close(open)
	default:
		want := `want $upstream or BrokeredEndpoint("/modules/NAME/inputs/NAME")`
		near := didYouMean(t.text, Upstream, "BrokeredEndpoint")
		if near != "" && !isWord(t, "BrokeredEndpoint") {
			want = near
		}
		p.refuse(t, slip{"no sink: " + found(t), want})
	}
}

// input reads a path such as /modules/display/inputs/readings.
func (p *parser) input(r *Route, path operand) {
	steps := strings.Split(path.text, "/")
	if len(steps) != 5 || steps[0] != "" || steps[1] != "modules" || steps[3] != "inputs" ||
		slices.Contains(steps[1:], "") {
		p.refuse(path.token, slip{"no input of a module: " + clip(path.text),
			"want /modules/NAME/inputs/NAME"})
		return
	}
	r.Sink, r.Input = steps[2], steps[4]
}

var hubFunctions = []string{"AS_NUMBER", "CONTAINS", "ENDS_WITH", "IS_DEFINED", "STARTS_WITH"}

// hubFunction returns what reads the arguments of one of the hub's functions.
func (p *parser) hubFunction(name string) func(name string) Filter {
	switch strings.ToUpper(name) {
	case "IS_DEFINED":
		return func(name string) Filter { return Exists(p.key(name)) }
	case "STARTS_WITH":
		return p.taking(Prefix)
	case "ENDS_WITH":
		return p.taking(func(key, text string) Filter { return Like(key, "%"+escaped(text)) })
	case "CONTAINS":
		return p.taking(func(key, text string) Filter { return Like(key, "%"+escaped(text)+"%") })
	}
	return nil
}

package filter

import "strings"

// exists = EXISTS "(" name ")" .
func (p *parser) exists(word token) Filter {
	p.count(word)
	open := p.token
	if !p.takeSymbol("(") {
		p.refuse(p.token, slip{"EXISTS without parentheses", "want EXISTS(name)"})
		return Filter{}
	}
	key := p.key("EXISTS")
	p.close(open)
	return Exists(key)
}

// call = PREFIX "(" name "," text ")" . The hub's functions are in route.go.
func (p *parser) call(word token) Filter {
	p.count(word)
	read := p.function(word.text)
	if read == nil {
		p.refuse(word, unknownFunction(word.text, p.hub))
		return Filter{}
	}
	open := p.advance()
	f := read(strings.ToUpper(word.text))
	p.close(open)
	return f
}

// function returns what reads the arguments of a function; nil if there is none of that name.
func (p *parser) function(name string) func(name string) Filter {
	switch {
	case p.hub:
		return p.hubFunction(name)
	case strings.EqualFold(name, "PREFIX"):
		return p.taking(Prefix)
	}
	return nil
}

// taking reads a name, a comma and a text for a function.
func (p *parser) taking(build func(key, text string) Filter) func(function string) Filter {
	return func(function string) Filter {
		key := p.key(function)
		if !p.takeSymbol(",") {
			p.refuse(p.token, slip{function + " takes a name and a text",
				"want " + function + "(name, 'text')"})
		}
		text := p.string("want a text in single quotes")
		return p.bounded(build(key, text.text), text.token)
	}
}

// key reads a name where nothing else may stand.
func (p *parser) key(of string) string {
	o := p.operand("want a property's name")
	if o.kind != nameOperand && o.kind != noOperand {
		p.refuse(o.token, notAName(of, o))
	}
	return o.text
}

// string reads a text where nothing else may stand.
func (p *parser) string(want string) operand {
	o := p.operand(want)
	if o.kind != textOperand && o.kind != noOperand {
		p.refuse(o.token, notAText(o, want))
	}
	return o
}

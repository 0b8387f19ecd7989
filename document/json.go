package document

import (
	"bytes"
	"encoding/json"
	"strings"
	"unicode/utf8"

	"github.com/millrace/millrace/fault"
)

// jsonReader builds nodes from the tokens of a text that is known to be JSON.
type jsonReader struct {
	text    []byte
	decoder *json.Decoder
	cursor  *cursor
	report  *report
}

// readJSON returns the tree, or nil after reporting a syntax error or when there is no value.
func readJSON(text []byte, r *report) *node {
	lexer := newJSONLexer(text, r)
	if !lexer.run() || len(bytes.TrimSpace(lexer.text)) == 0 {
		return nil
	}
	var probe json.RawMessage
	if err := json.Unmarshal(lexer.text, &probe); err != nil {
		lexer.refuse(err)
		return nil
	}
	d := json.NewDecoder(bytes.NewReader(lexer.text))
	d.UseNumber()
	j := &jsonReader{text: lexer.text, decoder: d, cursor: newCursor(text), report: r}
	return j.value()
}

// place returns the position of the next token.
func (j *jsonReader) place() (int, position) {
	offset := int(j.decoder.InputOffset())
	for strings.IndexByte(" \t\r\n,:", j.text[offset]) >= 0 {
		offset++
	}
	return offset, j.cursor.to(offset)
}

func (j *jsonReader) value() *node {
	offset, at := j.place()
	token, _ := j.decoder.Token() // cannot fail: the text was checked whole
	n := &node{at: at}
	switch v := token.(type) {
	case json.Delim:
		j.children(n, v)
	case string:
		n.kind, n.text = stringKind, v
		j.refuseSurrogates(n, offset)
	case json.Number:
		n.kind, n.text = numberKind, v.String()
	case bool:
		n.kind, n.text = booleanKind, "false"
		if v {
			n.text = "true"
		}
	default:
		n.kind, n.text = nullKind, "null"
	}
	return n
}

func (j *jsonReader) children(n *node, open json.Delim) {
	n.kind = arrayKind
	if open == '{' {
		n.kind = objectKind
	}
	for j.decoder.More() {
		if n.kind == arrayKind {
			n.put(fault.Index(len(n.children)), j.value())
		} else {
			j.member(n)
		}
	}
	_, _ = j.decoder.Token() // the closing bracket
}

func (j *jsonReader) member(n *node) {
	_, at := j.place()
	token, _ := j.decoder.Token()
	key, _ := token.(string)
	child := j.value()
	child.keyAt = at
	n.put(fault.Key(key), child)
}

// refuseSurrogates reports half a surrogate pair, which the standard library replaces in silence.
func (j *jsonReader) refuseSurrogates(n *node, offset int) {
	if !strings.ContainsRune(n.text, utf8.RuneError) {
		return
	}
	source := j.text[offset:j.decoder.InputOffset()]
	replaced := strings.Count(n.text, string(utf8.RuneError))
	meant := bytes.Count(source, []byte(string(utf8.RuneError))) +
		bytes.Count(bytes.ToLower(source), []byte(`\ufffd`))
	if replaced > meant {
		j.report.add(n.at, nil, `half of a surrogate pair (\ud800 to \udfff) in a string`,
			"want both halves, or the character itself")
		n.kind = invalidKind
	}
}

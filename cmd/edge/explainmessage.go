package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/millrace/millrace/fault"
	"github.com/millrace/millrace/message"
)

// wantMessage says what a message looks like.
const wantMessage = `want {"properties": {"k": "v"}, "content": "text"}`

// messageReader reads a message in JSON, and gathers its mistakes.
type messageReader struct {
	faults     fault.List
	properties map[string]string
	content    string
}

func readMessage(text string) (message.Message, error) {
	var whole json.RawMessage
	if err := json.Unmarshal([]byte(text), &whole); err != nil {
		return message.Message{}, fault.Fault{Problem: "not JSON: " + err.Error(), Want: wantMessage}
	}
	r := messageReader{properties: make(map[string]string)}
	r.object(nil, whole, r.member)
	if err := r.faults.Err(); err != nil {
		return message.Message{}, err
	}
	return message.New(r.properties, []byte(r.content))
}

func (r *messageReader) member(key string, value json.RawMessage) {
	path := fault.At(fault.Key(key))
	switch key {
	case "properties":
		r.object(path, value, r.property)
	case "content":
		r.content = r.string(path, value)
	default:
		want := fault.DidYouMean(key, []string{"properties", "content"})
		if want == "" {
			want = wantMessage
		}
		r.faults.Add(path, "unknown key", want)
	}
}

// object calls each with the members of an object, in their order.
func (r *messageReader) object(path fault.Path, text json.RawMessage,
	each func(key string, value json.RawMessage)) {
	d := json.NewDecoder(bytes.NewReader(text))
	open, _ := d.Token() // the text is known to be JSON
	if open != json.Delim('{') {
		r.faults.Add(path, "not an object", wantMessage)
		return
	}
	seen := make(map[string]bool)
	for d.More() {
		token, _ := d.Token()
		key, _ := token.(string)
		var value json.RawMessage
		_ = d.Decode(&value)
		if seen[key] {
			r.faults.Add(path.Then(fault.Key(key)), "named twice", "want each key once")
		}
		seen[key] = true
		each(key, value)
	}
}

func (r *messageReader) property(key string, value json.RawMessage) {
	text := r.string(fault.At(fault.Key("properties"), fault.Key(key)), value)
	r.properties[key] = text
}

func (r *messageReader) string(path fault.Path, value json.RawMessage) string {
	var text string
	switch err := json.Unmarshal(value, &text); {
	case err == nil && string(value) != "null":
	case strings.IndexByte("{[n", value[0]) >= 0:
		r.faults.Add(path, "not a text", `want a text, such as "30"`)
	default:
		r.faults.Add(path, "not a text", fmt.Sprintf("want quotes around it: %q", value))
	}
	return text
}

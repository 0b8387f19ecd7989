// Package record writes messages as JSON, for the modules that show or store them.
package record

import (
	"encoding/base64"
	"time"
	"unicode/utf8"

	"github.com/millrace/millrace/message"
	"github.com/millrace/millrace/property"
)

// Append appends a message as one JSON object on one line, without a line ending: "time" in
// RFC 3339 with nanoseconds, "properties", and the content as AppendContent has it.
func Append(dst []byte, at time.Time, m message.Message) []byte {
	return append(AppendContent(AppendHead(dst, at, m), m.Content()), '}')
}

// AppendHead appends the beginning of an object: "time" and "properties".
func AppendHead(dst []byte, at time.Time, m message.Message) []byte {
	dst = append(dst, `{"time":"`...)
	dst = at.AppendFormat(dst, time.RFC3339Nano)
	dst = append(dst, `","properties":`...)
	return AppendProperties(dst, m.Properties())
}

// AppendContent appends a member of an object with a comma before it: "content" (text) or, when the
// content is not valid UTF-8, "contentBase64".
func AppendContent(dst, content []byte) []byte {
	if utf8.Valid(content) {
		return AppendString(append(dst, `,"content":`...), content)
	}
	return AppendBase64(append(dst, `,"contentBase64":`...), content)
}

// AppendProperties appends properties as a JSON object of strings, in their order.
func AppendProperties(dst []byte, properties property.View) []byte {
	dst = append(dst, '{')
	for i := range properties.Len() {
		if i > 0 {
			dst = append(dst, ',')
		}
		key, value := properties.At(i)
		dst = AppendString(dst, key)
		dst = append(dst, ':')
		dst = AppendString(dst, value)
	}
	return append(dst, '}')
}

// AppendBase64 appends bytes as a JSON string in standard base64.
func AppendBase64(dst, content []byte) []byte {
	dst = append(dst, '"')
	dst = base64.StdEncoding.AppendEncode(dst, content)
	return append(dst, '"')
}

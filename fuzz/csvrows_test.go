package fuzz

import (
	"bytes"
	"encoding/csv"
	"slices"
	"strings"
	"testing"

	"github.com/millrace/millrace/message"
	"github.com/millrace/millrace/module/moduletest"
)

// FuzzCSVRows: however a text arrives piece by piece, a text that encoding/csv accepts becomes one
// message a row, with the same fields under the names of the first row; and every row's bytes, read
// by themselves, are that row.
func FuzzCSVRows(f *testing.F) {
	for _, text := range []string{
		"a,b\n1,2\n", "a,b\r\n\"1\"\"\n\",\r\n\n,\"\"\r\n", "a\n\"x\"y\n", "0,\n\"\"\"0\",\n,\"\"\"1\"", "a,a\n1,2\n",
		"\xef\xbb\xbfa,,c\n1,2,3\n1,2\n1,2,3,4\n", "a\n\x00\n\"\r\n\"\n", "\n\na,b\n \n", "\"0\r\n\"\n\"\"\r",
	} {
		f.Add([]byte(text), uint8(1))
		f.Add([]byte(text), uint8(200))
	}
	f.Fuzz(func(t *testing.T, text []byte, step uint8) {
		if len(text) > sourceMax {
			return
		}
		got, err := publishedFrom(t, `"csv","delimiter":","`, text, step)
		rowsOf := bytes.TrimPrefix(text, byteOrderMark)
		if returnsOnly(text) {
			if bytes.IndexByte(text, '"') >= 0 {
				return // encoding/csv knows no rows that end so; within quotes none does
			}
			rowsOf = bytes.ReplaceAll(rowsOf, []byte("\r"), []byte("\n"))
		}
		rows := naiveRows(rowsOf)
		if len(rows) == 0 || strings.Contains(strings.Join(rows[0], ""), "\n") {
			return // encoding/csv has no opinion, or line endings of its own in a column's name
		}
		if refused := err != nil; refused == namesColumns(rows[0]) {
			t.Fatalf("%q: the first row is refused: %v, %v", text, refused, err)
		}
		if err != nil {
			return
		}
		var want []moduletest.Message
		for i, row := range rows[1:] {
			w := moduletest.Message{Properties: naiveColumns(rows[0], row)}
			if i < len(got) {
				w.Content = got[i].Content
				if again := naiveRows([]byte(w.Content + "\r\n")); len(again) != 1 || !slices.Equal(again[0], row) {
					t.Fatalf("%q: row %d is %q, which is read as %q, want %q", text, i, w.Content, again, row)
				}
			}
			want = append(want, w)
		}
		compareMessages(t, text, unified(got), want)
	})
}

// naiveRows is what encoding/csv makes of a text; nil where it refuses it.
func naiveRows(text []byte) [][]string {
	r := csv.NewReader(bytes.NewReader(text))
	r.FieldsPerRecord = -1
	rows, err := r.ReadAll()
	if err != nil {
		return nil
	}
	return rows
}

// namesColumns tells whether a row can be the first one.
func namesColumns(header []string) bool {
	known := make(map[string]bool)
	for _, name := range header {
		if name != "" && known[name] || strings.Contains(name, "\x00") {
			return false
		}
		known[name] = true
	}
	return true
}

// naiveColumns names a row's fields; a row of another length has none.
func naiveColumns(header, row []string) map[string]string {
	columns := make(map[string]string)
	if len(row) != len(header) {
		return columns
	}
	size, fields := 0, 0
	for i, name := range header {
		if name == "" {
			continue
		}
		fields, size = fields+1, size+len(name)+len(row[i])+2
		if !strings.Contains(row[i], "\x00") {
			columns[name] = row[i]
		}
	}
	if fields > message.DefaultProperties || size > message.DefaultPropertyBytes-sourceMax {
		return nil
	}
	return columns
}

// unified gives messages the line endings within fields that encoding/csv returns, and leaves their
// contents alone.
func unified(all []moduletest.Message) []moduletest.Message {
	for _, m := range all {
		for key, value := range m.Properties {
			m.Properties[key] = strings.ReplaceAll(value, "\r\n", "\n")
		}
	}
	return all
}

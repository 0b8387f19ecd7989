package document_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/millrace/millrace/document"
)

const (
	manyModules = 1000
	manyLinks   = 10_000
)

// largeJSON is a document of many modules and filtered links, whose sinks a suffix makes dangle.
func largeJSON(suffix string) []byte {
	var b strings.Builder
	b.WriteString("{\n  \"modules\": [\n")
	for i := range manyModules {
		fmt.Fprintf(&b, `    {"name": "device-%d", "module": "simulated_device", "args": {"macAddress": `+
			`"01:01:01:01:01:01", "messagePeriod": %d}}%s`+"\n", i, i+1, comma(i, manyModules))
	}
	b.WriteString("  ],\n  \"links\": [\n")
	for i := range manyLinks {
		fmt.Fprintf(&b, `    {"source": "device-%d", "sink": "device-%d%s", "filter": {"kind": ["cpu"], `+
			`"value": [{"numeric": [">", %d]}]}}%s`+"\n", i%manyModules, i*7%manyModules, suffix, i,
			comma(i, manyLinks))
	}
	b.WriteString("  ]\n}\n")
	return []byte(b.String())
}

func largeYAML() []byte {
	var b strings.Builder
	b.WriteString("modules:\n")
	for i := range manyModules {
		fmt.Fprintf(&b, "  - name: device-%d\n    module: simulated_device\n    args:\n"+
			"      macAddress: 01:01:01:01:01:01\n      messagePeriod: %d\n", i, i+1)
	}
	b.WriteString("links:\n")
	for i := range manyLinks {
		fmt.Fprintf(&b, "  - source: device-%d\n    sink: device-%d\n    filter:\n      kind: [cpu]\n"+
			"      value: [{numeric: [\">\", %d]}]\n", i%manyModules, i*7%manyModules, i)
	}
	return []byte(b.String())
}

func comma(i, n int) string {
	if i < n-1 {
		return ","
	}
	return ""
}

func BenchmarkParse(b *testing.B) {
	for _, c := range []struct {
		name, file string
		text       []byte
		faults     int
	}{
		{"json", "a.json", largeJSON(""), 0},
		{"yaml", "a.yaml", largeYAML(), 0},
		{"json-dangling", "a.json", largeJSON("-"), manyLinks},
	} {
		b.Run(c.name, func(b *testing.B) {
			known := kinds(b)
			b.SetBytes(int64(len(c.text)))
			b.ReportAllocs()
			for b.Loop() {
				d, err := document.Parse(c.file, c.text, known, options)
				found := 0
				if e, ok := err.(*document.Error); ok {
					found = len(e.Faults) + e.Omitted
				}
				if found != c.faults || c.faults == 0 && len(d.Links) != manyLinks {
					b.Fatalf("%d mistakes; want %d: %.300v", found, c.faults, err)
				}
			}
		})
	}
}

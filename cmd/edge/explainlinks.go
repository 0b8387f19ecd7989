package main

import (
	"github.com/millrace/millrace/document"
	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/filter"
	"github.com/millrace/millrace/property"
)

// explained is what became of a message on one link.
type explained struct {
	Sink    string `json:"sink"`
	Link    string `json:"link"`
	Matched bool   `json:"matched"`
	Because string `json:"because"`
}

// explainLinks goes through the links that lead from source, and then through what modules accept
// from the bus, in the order of the document. No secret of the document is in what it says.
func explainLinks(doc *document.Document, source string, v property.View) []explained {
	rows := explainEach(doc, source, v)
	for i := range rows {
		rows[i].Because = doc.Secrets.Text(rows[i].Because)
	}
	return rows
}

func explainEach(doc *document.Document, source string, v property.View) []explained {
	rows := []explained{}
	for _, l := range doc.Links {
		if l.Source == source || l.Source == engine.Any && l.Sink != source {
			rows = append(rows, explainLink(l.Source, l.Sink, l.Filter, v))
		}
	}
	for _, m := range doc.Modules {
		if m.Filter != nil && m.Name != source {
			rows = append(rows, explainLink(engine.Any, m.Name, *m.Filter, v))
		}
	}
	return rows
}

func explainLink(source, sink string, f filter.Filter, v property.View) explained {
	row := explained{Sink: sink, Link: source + " -> " + sink}
	if f.All() {
		row.Matched, row.Because = true, "it has no filter"
		return row
	}
	e := f.Explain(v)
	row.Matched, row.Because = e.Truth == filter.True, e.String()
	return row
}

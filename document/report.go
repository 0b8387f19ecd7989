package document

import (
	"cmp"
	"slices"

	"github.com/millrace/millrace/fault"
	"github.com/millrace/millrace/internal/redact"
)

// faultsMax bounds how many mistakes are listed; more are only counted.
const faultsMax = 1000

// report gathers the mistakes of one document.
type report struct {
	faults  []Fault
	omitted int
	secrets *redact.Redactor // nil: the document has none
}

func (r *report) add(at position, path fault.Path, problem, want string) {
	if r.full() {
		r.omitted++
		return
	}
	f := fault.Fault{Path: path, Problem: problem, Want: want}
	r.faults = append(r.faults, Fault{Line: at.line, Column: at.column, Fault: f})
}

// at reports a mistake in the value of a node.
func (r *report) at(n *node, problem, want string) { r.add(n.at, n.path(), problem, want) }

// full tells that further mistakes are not listed, so that no work need go into wording them.
func (r *report) full() bool { return len(r.faults) >= faultsMax }

// failure returns the mistakes in the order of the text, without secrets, or a nil error when there
// are none.
func (r *report) failure(file string, text []byte) error {
	if len(r.faults) == 0 {
		return nil
	}
	for i := range r.faults {
		f := &r.faults[i]
		f.Problem, f.Want = r.secrets.Text(f.Problem), r.secrets.Text(f.Want)
	}
	slices.SortStableFunc(r.faults, func(a, b Fault) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return &Error{File: file, Faults: r.faults, Omitted: r.omitted, text: text}
}

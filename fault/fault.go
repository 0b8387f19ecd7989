// Package fault describes mistakes in what a person wrote: a gateway document, the arguments of a
// module, a filter. A fault names the place, what is wrong there and what would be right, so that
// every reader of such text reports in one voice and all mistakes at once.
//
// A List is not safe for concurrent use while it is being added to; a finished one may be shared.
package fault

import (
	"errors"
	"strings"
)

// Fault is one mistake. Its place is relative to the value that was examined: the caller that
// holds the surrounding document puts its own path in front (see List.Under).
type Fault struct {
	Path    Path   // where in the value; empty for the value itself
	Problem string // what is wrong, for example `unknown key "mesagePeriod"`
	Want    string // what would be right, for example `did you mean "messagePeriod"?`; may be empty
}

// Error puts path, problem and remedy on one line.
func (f Fault) Error() string {
	text := f.Problem
	if len(f.Path) > 0 {
		text = f.Path.String() + ": " + text
	}
	if f.Want != "" {
		text += "; " + f.Want
	}
	return text
}

// List collects faults in the order found. The zero value is empty and ready.
type List []Fault

// Add appends a fault.
func (l *List) Add(path Path, problem, want string) {
	*l = append(*l, Fault{Path: path, Problem: problem, Want: want})
}

// Under appends what err holds, with the given path in front of each fault's own. Of joined errors
// that hold faults each is appended. An error that is not made of faults becomes one fault with the
// error's text. A nil err adds nothing.
func (l *List) Under(path Path, err error) {
	if err == nil {
		return
	}
	var list List
	var one Fault
	many := errors.As(err, &list)
	if !many && !errors.As(err, &one) {
		l.Add(path, err.Error(), "")
		return
	}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		for _, each := range joined.Unwrap() {
			l.Under(path, each)
		}
		return
	}
	if !many {
		list = List{one}
	}
	for _, f := range list {
		f.Path = path.Join(f.Path)
		*l = append(*l, f)
	}
}

// Err returns the list as an error, or nil when it is empty.
func (l List) Err() error {
	if len(l) == 0 {
		return nil
	}
	return l
}

// Error puts each fault on its own line.
func (l List) Error() string {
	lines := make([]string, len(l))
	for i, f := range l {
		lines[i] = f.Error()
	}
	return strings.Join(lines, "\n")
}

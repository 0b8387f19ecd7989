package document

import (
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"

	"github.com/millrace/millrace/fault"
)

// Error is everything that is wrong with one document. It may be shared once returned.
type Error struct {
	File    string  // as given to Load or Parse
	Faults  []Fault // in the order of the text; never empty
	Omitted int     // mistakes beyond those listed

	text []byte // what Render quotes from; nil when the file could not be read
}

// Fault is one mistake and its place in the text.
type Fault struct {
	Line   int // from 1; 0 when the file as a whole could not be read
	Column int // in characters, from 1; 0 as for Line
	fault.Fault
}

// Error puts each mistake on a line: file:line:column: path: problem; remedy.
func (e *Error) Error() string {
	lines := make([]string, len(e.Faults))
	for i, f := range e.Faults {
		lines[i] = e.headline(f)
	}
	return strings.Join(append(lines, e.trailer()...), "\n")
}

func (e *Error) headline(f Fault) string {
	if f.Line == 0 {
		return e.File + ": " + f.Error()
	}
	return fmt.Sprintf("%s:%d:%d: %s", e.File, f.Line, f.Column, f.Error())
}

func (e *Error) trailer() []string {
	if e.Omitted == 0 {
		return nil
	}
	return []string{e.File + ": and " + strconv.Itoa(e.Omitted) + " more mistakes, not listed"}
}

// unreadable reports a file that could not be read, without repeating its path.
func unreadable(file string, err error) error {
	want := ""
	if errors.Is(err, fs.ErrNotExist) {
		want = "want the path of a gateway document"
	}
	f := fault.Fault{Problem: "cannot be read: " + cause(err), Want: want}
	return &Error{File: file, Faults: []Fault{{Fault: f}}}
}

// cause strips operation and path from an error of the file system.
func cause(err error) string {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err.Error()
	}
	return err.Error()
}

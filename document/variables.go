package document

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/millrace/millrace/internal/redact"
)

const (
	variablesMax    = 1 << 16  // in a document
	variableFileMax = 64 << 10 // bytes of one file that ${file:…} names
	expandedMax     = textMax  // bytes that all variables of a document may give together
)

// variables gives the values of ${NAME} and ${file:PATH}. Every file is read once.
type variables struct {
	env      func(string) (string, bool)
	folder   string
	files    map[string]fileContent
	secrets  *redact.Redactor // learns what they give
	used     int              // so far
	expanded int              // bytes given so far
}

type fileContent struct {
	text string
	err  error
}

func newVariables(document string, o Options) *variables {
	v := &variables{env: o.Env, folder: filepath.Dir(document), files: make(map[string]fileContent),
		secrets: &redact.Redactor{}}
	if v.env == nil {
		v.env = os.LookupEnv
	}
	return v
}

// variableError says what is wrong with a variable and what would be right.
type variableError struct{ problem, want string }

func (e *variableError) Error() string { return e.problem }

// piece is a part of a string: its own text, or what a variable gave.
type piece struct {
	text    string
	written string // the variable; empty for the string's own text
	at      int    // where the string has it, in bytes
	known   bool   // the variable gave its default, which the document says
}

// secret tells whether a piece is what a variable gave, and no reader of the document knows.
func (p piece) secret() bool { return p.written != "" && !p.known && p.text != "" }

// pieces cuts a string at its variables.
func (v *variables) pieces(s string) ([]piece, error) {
	var all []piece
	for at := 0; ; {
		before, rest, any := strings.Cut(s[at:], "${")
		if !any {
			return append(all, piece{text: before, at: at}), nil
		}
		dollar := at + len(before)
		if strings.HasSuffix(before, "$") {
			all = append(all, piece{text: before[:len(before)-1], at: at}, piece{text: "${", at: dollar - 1})
			at = dollar + len("${")
			continue
		}
		name, _, closed := strings.Cut(rest, "}")
		if !closed {
			return nil, &variableError{"${ without its }", "want ${NAME}, or $${ for a literal ${"}
		}
		value, known, err := v.value(name)
		if err != nil {
			return nil, err
		}
		p := piece{text: value, written: shown(name), at: dollar, known: known}
		if p.secret() {
			v.secrets.Add(p.written, p.text)
		}
		all = append(all, piece{text: before, at: at}, p)
		at = dollar + len("${") + len(name) + len("}")
	}
}

var variableName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// value returns what a variable stands for, and whether that is its default.
func (v *variables) value(name string) (value string, known bool, err error) {
	if v.used++; v.used > variablesMax {
		return "", false, &variableError{fmt.Sprintf("the document has more than %d variables", variablesMax), "want fewer"}
	}
	value, known, err = v.lookup(name)
	if err != nil {
		return "", false, err
	}
	if !utf8.ValidString(value) {
		return "", false, &variableError{shown(name) + " is not UTF-8 text", "want text"}
	}
	value = strings.TrimPrefix(value, byteOrderMark)
	if v.expanded += len(value); v.expanded > expandedMax {
		return "", false, &variableError{"variables give more than 4 MiB in all", "want less"}
	}
	return value, known, nil
}

func (v *variables) lookup(name string) (value string, known bool, err error) {
	if path, ok := strings.CutPrefix(name, "file:"); ok {
		value, err = v.file(path)
		return value, false, err
	}
	name, otherwise, optional := strings.Cut(name, ":-")
	if !variableName.MatchString(name) {
		return "", false, &variableError{shown(name) + " is not a variable",
			"want ${NAME}, ${NAME:-default} or ${file:PATH}, or $${ for a literal ${"}
	}
	value, found := v.env(name)
	switch {
	case strings.Contains(otherwise, "${"):
		return "", false, &variableError{"a variable in the default of ${" + clip(name) + "}", "want text that is none"}
	case optional && value == "": // as the shell has it: not set, or empty
		return otherwise, true, nil
	case !found:
		return "", false, &variableError{"the environment variable " + clip(name) + " is not set",
			"want it set, ${" + clip(name) + ":-default}, or $${ for a literal ${"}
	}
	return value, false, nil
}

func (v *variables) file(path string) (string, error) {
	content, known := v.files[path]
	if !known {
		full := path
		if !filepath.IsAbs(full) {
			full = filepath.Join(v.folder, full)
		}
		content.text, content.err = readSmallFile(full)
		v.files[path] = content
	}
	if content.err != nil {
		return "", &variableError{shown("file:"+path) + " cannot be read: " + cause(content.err),
			"want a file of 64 KiB at most; a relative path begins at the document's folder"}
	}
	return content.text, nil
}

// readSmallFile reads a regular file without its last line break. It looks before it opens: to open
// a pipe would wait for its writer.
func readSmallFile(path string) (string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", err
	}
	if !info.Mode().IsRegular() {
		return "", errors.New("it is not a regular file")
	}
	file, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer func() { _ = file.Close() }() // only read from
	content, err := io.ReadAll(io.LimitReader(file, variableFileMax+1))
	if err == nil && len(content) > variableFileMax {
		err = fmt.Errorf("it is larger than %d bytes", variableFileMax)
	}
	return strings.TrimSuffix(strings.TrimSuffix(string(content), "\n"), "\r"), err
}

// shown is a variable as the document has it, but for what a terminal would act upon.
func shown(name string) string {
	name = clip(name)
	if quoted := strconv.Quote(name); strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) }) {
		name = quoted[1 : len(quoted)-1]
	}
	return "${" + name + "}"
}

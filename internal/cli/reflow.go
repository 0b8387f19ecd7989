package cli

import (
	"regexp"
	"strings"

	"github.com/spf13/cobra"
)

// narrow makes the help of a command and of all below it fit into 80 columns.
func narrow(cmd *cobra.Command) {
	cmd.Long = Reflow(cmd.Long)
	for _, c := range cmd.Commands() {
		narrow(c)
	}
}

// narrowFlags is the usage template with flags in 80 columns.
func narrowFlags(template string) string {
	return strings.ReplaceAll(template, "Flags.FlagUsages |", "Flags.FlagUsagesWrapped 80 |")
}

// entry is a line of a list: what it is about, two blanks or more, and text.
var entry = regexp.MustCompile(`^ +\S+  +`)

// Reflow breaks paragraphs, and the texts of lists, anew so that they fit into 80 columns. Other lines
// that are indented, such as examples, stay.
func Reflow(text string) string {
	var r reflow
	for _, line := range strings.Split(text, "\n") {
		r.line(line)
	}
	r.flush()
	return strings.Join(r.done, "\n")
}

type reflow struct {
	done  []string
	open  string // the paragraph that is gathered
	begun bool
	hang  int // blanks before the lines that follow its first
}

func (r *reflow) line(line string) {
	indent := len(line) - len(strings.TrimLeft(line, " "))
	switch {
	case strings.TrimSpace(line) == "":
		r.flush()
		r.done = append(r.done, line)
	case entry.MatchString(line):
		r.begin(line, len(entry.FindString(line)))
	case r.begun && indent == r.hang:
		r.open += " " + strings.TrimSpace(line)
	case indent == 0:
		r.begin(line, 0)
	default:
		r.flush()
		r.done = append(r.done, line)
	}
}

func (r *reflow) begin(line string, hang int) {
	r.flush()
	r.open, r.begun, r.hang = line, true, hang
}

func (r *reflow) flush() {
	if r.begun {
		r.done = append(r.done, Wrap(r.open, strings.Repeat(" ", r.hang)))
	}
	r.open, r.begun = "", false
}

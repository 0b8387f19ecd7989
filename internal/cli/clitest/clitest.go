// Package clitest holds commands to what all of them keep.
package clitest

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/spf13/cobra"
)

// HelpFits holds the help of a command, and of all below it, to 80 columns, but for what is to be copied.
func HelpFits(t *testing.T, cmd *cobra.Command) {
	t.Helper()
	var out strings.Builder
	cmd.SetOut(&out)
	if err := cmd.Help(); err != nil {
		t.Error(err)
	}
	for line := range strings.SplitSeq(strings.ReplaceAll(out.String(), cmd.Example, ""), "\n") {
		if utf8.RuneCountInString(line) > 80 && !strings.HasPrefix(line, "  "+cmd.CommandPath()) &&
			!strings.HasPrefix(line, `    "`) {
			t.Errorf("%s: %s", cmd.CommandPath(), line)
		}
	}
	for _, c := range cmd.Commands() {
		if c.Name() != "completion" { // whose texts are cobra's
			HelpFits(t, c)
		}
	}
}

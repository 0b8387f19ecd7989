package main

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/spf13/cobra"
)

// Help fits into 80 columns, but for what is to be copied.
func TestHelpFitsIntoEightyColumns(t *testing.T) {
	var every func(cmd *cobra.Command)
	every = func(cmd *cobra.Command) {
		var out strings.Builder
		cmd.SetOut(&out)
		if err := cmd.Help(); err != nil {
			t.Error(err)
		}
		for _, line := range strings.Split(strings.ReplaceAll(out.String(), cmd.Example, ""), "\n") {
			if utf8.RuneCountInString(line) > 80 && !strings.HasPrefix(line, "  "+cmd.CommandPath()) &&
				!strings.HasPrefix(line, `    "`) {
				t.Errorf("%s: %s", cmd.CommandPath(), line)
			}
		}
		for _, c := range cmd.Commands() {
			if c.Name() != "completion" { // whose texts are cobra's
				every(c)
			}
		}
	}
	every(rootForHelp(t))
}

func rootForHelp(t *testing.T) *cobra.Command {
	t.Helper()
	return newRoot(&app{})
}

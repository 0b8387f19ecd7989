package main

import (
	"os"
	"strings"
	"testing"
)

// TestFiltersPageShowsWhatExplainPrints runs the command of docs/FILTERS.md.
func TestFiltersPageShowsWhatExplainPrints(t *testing.T) {
	page, err := os.ReadFile("../../docs/FILTERS.md")
	if err != nil {
		t.Fatal(err)
	}
	_, block, _ := strings.Cut(strings.ReplaceAll(string(page), "\r\n", "\n"), "```\n$ edge explain ")
	block, _, _ = strings.Cut(block, "```")
	command, want, _ := strings.Cut(strings.Replace(block, "\\\n", "", 1), "\n")
	flags, message, _ := strings.Cut(command, "--message ")
	args := append([]string{"explain"}, strings.Fields(flags)...)
	args[1] = "../../" + args[1]
	args = append(args, "--message", strings.Trim(message, "'"))
	temporary(t)
	var out, errs watched
	if code := run(t.Context(), args, streams{nil, &out, &errs}); code != exitOK || out.String() != want {
		t.Errorf("exit code %d\n%s%s\nwant\n%s", code, &out, &errs, want)
	}
}

package main

import "github.com/spf13/cobra"

// completeResults lets the shell offer results.
func completeResults(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return []string{"json"}, cobra.ShellCompDirectiveFilterFileExt
}

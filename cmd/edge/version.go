package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/millrace/millrace/internal/cli"

	"github.com/spf13/cobra"
)

func newVersion() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version, the commit, the Go version and the platform",
		Args:  cli.NothingElse,
		RunE: func(cmd *cobra.Command, _ []string) error {
			info, ok := debug.ReadBuildInfo()
			if !ok {
				info = &debug.BuildInfo{}
			}
			_, err := fmt.Fprintln(cmd.OutOrStdout(), version(info))
			return err
		},
	}
}

// version puts what is known about the build on one line.
func version(info *debug.BuildInfo) string {
	number, commit := info.Main.Version, "unknown commit"
	if number == "" {
		number = "(devel)"
	}
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			commit = "commit " + s.Value
		case s.Key == "vcs.modified" && s.Value == "true":
			commit += " with changes"
		}
	}
	return fmt.Sprintf("edge %s, %s, %s %s/%s", number, commit,
		runtime.Version(), runtime.GOOS, runtime.GOARCH)
}

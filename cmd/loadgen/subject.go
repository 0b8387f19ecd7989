package main

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/millrace/millrace/internal/cli"

	"github.com/spf13/cobra"

	"github.com/millrace/millrace/bench"
	"github.com/millrace/millrace/report"
)

// subject is what is measured.
type subject struct {
	name     string
	topology string // drawn; none of a gateway
	checked  bool   // every message is checked, not only counted
	measure  func(ctx context.Context, bar *progress) (report.Run, error)
}

// subject finds a scenario, or reads a gateway document.
func (r *runner) subject(cmd *cobra.Command, name string) (subject, error) {
	if !isDocument(name) {
		s, err := r.find(name)
		return r.scenario(s), err
	}
	for _, flag := range []string{"rate", "batch"} {
		if cmd.Flags().Changed(flag) {
			return subject{}, cli.Usage(cmd.CommandPath(), fmt.Sprintf(
				"--%s is for scenarios: the modules of a gateway publish as they are told to", flag))
		}
	}
	return r.document(name)
}

// isDocument tells whether a name is the path of a gateway document.
func isDocument(name string) bool {
	return slices.Contains([]string{".json", ".yaml", ".yml"}, filepath.Ext(name))
}

func (r *runner) scenario(s bench.Scenario) subject {
	measure := func(ctx context.Context, bar *progress) (report.Run, error) {
		measured, err := bench.Run(ctx, s, r.load.bench(bar))
		return converted(measured, err), err
	}
	return subject{s.Name, s.Topology, true, measure}
}

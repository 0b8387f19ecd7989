package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync/atomic"
	"time"

	"github.com/millrace/millrace/internal/cli"

	"github.com/spf13/cobra"

	"github.com/millrace/millrace/document"
	"github.com/millrace/millrace/gateway"
	"github.com/millrace/millrace/module"
)

const runHelp = `Runs a gateway until it is interrupted or its modules have finished their work.

Standard output belongs to the modules; the log and, at the end, the balance of every link go to
standard error. An interrupt (SIGINT or SIGTERM) stops the modules and lets them finish what is on
its way; a second one, half a second later or more, ends the process at once. SIGQUIT does the same,
and writes where every goroutine stands before. SIGHUP lets loggers open their files anew, as
rotating tools want it; when the terminal has gone it is an interrupt.

The file - is standard input, in JSON or YAML; modules then find standard input at its end. In the
document, ${TMPDIR} is the system's folder for temporary files even where the
environment does not set it.

Exit codes:
  0  all work was done, or an interrupt was followed in good order
  1  a module could not be started, failed or did not stop in time,
     messages failed at their sinks (on a full disk, for example), or
     messages were left undelivered when the time to stop was up,
     standard output was closed, or there was a second interrupt
  2  mistake in the command line or in the document`

// runner is the run command with its flags.
type runner struct {
	kinds       *module.Registry
	updates     []string
	stopTimeout time.Duration
	logLevel    logLevel
}

func newRun(kinds *module.Registry) *cobra.Command {
	r := &runner{kinds: kinds}
	cmd := &cobra.Command{
		Use:   "run FILE",
		Short: "Run the gateway that a document describes",
		Long:  runHelp,
		Example: "  edge run examples/quickstart.json\n" +
			"  edge run base.json --update modules.json --update links.json",
		Args:              oneDocument,
		ValidArgsFunction: completeDocuments,
		RunE:              r.run,
	}
	flags := cmd.Flags()
	flags.StringArrayVar(&r.updates, "update", nil,
		"a document with modules or links to add, as v1's updates have them; may be given again")
	flags.DurationVar(&r.stopTimeout, "stop-timeout", gateway.StopTimeout,
		"how long stopping may take, such as 500ms or 1m")
	flags.Var(&r.logLevel, "log-level", "the least to log: debug, info, warn or error")
	_ = cmd.RegisterFlagCompletionFunc("log-level", completeLogLevel)
	return cmd
}

func oneDocument(cmd *cobra.Command, args []string) error {
	if len(args) == 1 {
		return nil
	}
	text := fmt.Sprintf("%s takes one gateway document, but %d were given",
		cmd.CommandPath(), len(args))
	return cli.Usage(cmd.CommandPath(), text)
}

func (r *runner) run(cmd *cobra.Command, args []string) error {
	if r.stopTimeout <= 0 {
		return cli.Usage(cmd.CommandPath(), "--stop-timeout must be more than 0, such as 5s")
	}
	doc, err := r.load(args[0], cmd.InOrStdin())
	if err != nil {
		return err
	}
	log := newLog(cmd.ErrOrStderr(), r.logLevel.Level)
	for _, path := range append(args, r.updates...) {
		warnOfExposed(log, path)
	}
	var running atomic.Pointer[gateway.Gateway]
	ctx, settled, stop := interruptible(cmd.Context(), log, func() {
		if g := running.Load(); g != nil {
			log.Info("reopening files")
			g.Reopen()
		}
	})
	defer stop()
	ctx, out := closable(ctx, cmd.OutOrStdout())
	g, err := gateway.New(doc, gateway.Options{
		Log: log, Stdin: cmd.InOrStdin(), Stdout: out, StopTimeout: r.stopTimeout,
	})
	if err != nil {
		return err
	}
	running.Store(g)
	report, err := g.Run(ctx)
	settled()
	printBalance(cmd.ErrOrStderr(), report)
	return errors.Join(err, closedBy(ctx))
}

// load reads the document and its updates, so that all mistakes are found before anything is opened.
func (r *runner) load(path string, stdin io.Reader) (*document.Document, error) {
	doc, err := load(path, stdin, r.kinds, nil)
	for _, update := range r.updates {
		if err != nil {
			return nil, err
		}
		var more *document.Document
		if more, err = load(update, stdin, r.kinds, doc); err == nil {
			doc = doc.With(more)
		}
	}
	return doc, err
}

// closedBy returns the error of standard output, if that was what ended the run.
func closedBy(ctx context.Context) error {
	var closed closedOutputError
	if errors.As(context.Cause(ctx), &closed) {
		return closed
	}
	return nil
}

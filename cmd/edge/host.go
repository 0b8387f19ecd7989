package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/millrace/millrace/document"
	"github.com/millrace/millrace/gateway"
	"github.com/millrace/millrace/internal/cli"
	"github.com/millrace/millrace/module"
	"github.com/millrace/millrace/remote"
)

const hostHelp = `Runs a module for a gateway in another process, which has it by the loader outprocess.

CONTROL is the gateway's control.id: a path, ipc://PATH, or tcp://127.0.0.1:PORT. A socket is made
for your user alone, and its folder, if it is not there; gateways of other users than you and root
are refused unless --peer-uid names them. Which module it is the gateway says, in the args of its
document, as Azure IoT Edge v1's native_module_host has it:

  "args": {
    "outprocess.loader": {"name": "builtin", "entrypoint": {"module": "logger"}},
    "module.args": {"filename": "log.txt"}
  }

It serves one gateway after the other until it is interrupted; with --once it ends when the gateway
has destroyed the module or is gone, which is right where the gateway launches it.

Exit codes: 0 interrupted, or ended as --once says; 1 it cannot listen, or standard output was
closed; 2 mistake in the command line.`

// hoster is the host command with its flags.
type hoster struct {
	kinds       *module.Registry
	once        bool
	peerUID     int
	stopTimeout time.Duration
	logLevel    logLevel
}

func newHost(kinds *module.Registry) *cobra.Command {
	h := &hoster{kinds: kinds}
	cmd := &cobra.Command{
		Use:               "host CONTROL",
		Short:             "Run a module for a gateway in another process",
		Long:              hostHelp,
		Example:           "  edge host $XDG_RUNTIME_DIR/logger.control",
		Args:              oneControl,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE:              h.run,
	}
	flags := cmd.Flags()
	flags.IntVar(&h.peerUID, "peer-uid", 0, "a user whose gateway may connect, beside your own and root's")
	flags.BoolVar(&h.once, "once", false, "end with the module, or with the gateway")
	flags.DurationVar(&h.stopTimeout, "stop-timeout", gateway.StopTimeout,
		"how long the module may take to stop, such as 500ms or 1m")
	flags.Var(&h.logLevel, "log-level", "the least to log: debug, info, warn or error")
	_ = cmd.RegisterFlagCompletionFunc("log-level", completeLogLevel)
	return cmd
}

func oneControl(cmd *cobra.Command, args []string) error {
	if len(args) == 1 {
		return nil
	}
	text := fmt.Sprintf("%s takes one address, where the gateway finds it, but %d were given",
		cmd.CommandPath(), len(args))
	return cli.Usage(cmd.CommandPath(), text)
}

func (h *hoster) run(cmd *cobra.Command, args []string) error {
	if h.stopTimeout <= 0 {
		return cli.Usage(cmd.CommandPath(), "--stop-timeout must be more than 0, such as 5s")
	}
	if err := remote.CheckAddress(args[0]); err != nil {
		return cli.Usage(cmd.CommandPath(), err.Error())
	}
	log := newLog(cmd.ErrOrStderr(), h.logLevel.Level)
	ctx, settled, stop := interruptible(cmd.Context(), log, func() {
		log.Warn("a hosted module's files are reopened when they are moved, not by SIGHUP")
	})
	defer stop()
	ctx, out := closable(ctx, cmd.OutOrStdout())
	err := remote.Serve(ctx, args[0], document.Hosted(h.kinds), remote.Options{
		Once: h.once, PeerUID: h.peerUID, Log: log, Stdin: cmd.InOrStdin(), Stdout: out, StopTimeout: h.stopTimeout,
	})
	settled()
	return errors.Join(err, closedBy(ctx))
}

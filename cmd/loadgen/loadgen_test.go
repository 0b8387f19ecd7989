package main

import (
	"context"
	"errors"
	"flag"
	"os"
	"os/exec"
	"strconv"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/millrace/millrace/bench"
	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/message"
)

// update rewrites the outputs that the scripts compare with. Only commit a change you understand.
var update = flag.Bool("update", false, "rewrite the expected outputs in testdata/script")

// withoutNap keeps the race detector from sleeping for a second at the end of every process.
const withoutNap = "atexit_sleep_ms=0"

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"loadgen":    main,
		"losing":     func() { faulty(lose) },
		"reordering": func() { faulty(reorder) },
	})
}

// faulty is loadgen with a fault in every sink called sink.
func faulty(spoil func(batch []message.Message) []message.Message) {
	scenarios := bench.All()
	for i := range scenarios {
		scenarios[i].Wrap = func(name string, h engine.Handler) engine.Handler {
			if name != "sink" {
				return h
			}
			return engine.HandlerFunc(
				func(ctx context.Context, out *engine.Publisher, batch []message.Message) {
					h.Receive(ctx, out, spoil(batch))
				})
		}
	}
	os.Exit(run(context.Background(), os.Args[1:], app{
		streams: streams{os.Stdin, os.Stdout, os.Stderr}, scenarios: scenarios, now: time.Now(),
	}))
}

func lose(batch []message.Message) []message.Message { return batch[1:] }

func reorder(batch []message.Message) []message.Message {
	if len(batch) > 1 {
		batch[0], batch[1] = batch[1], batch[0]
	}
	return batch
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		UpdateScripts:       *update,
		Setup: func(env *testscript.Env) error {
			env.Setenv("GORACE", withoutNap)
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"exits": exits},
	})
}

// exits runs a command and wants that exit code: exits 2 loadgen rnu
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND ...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	var exit *exec.ExitError
	if err := ts.Exec(args[1], args[2:]...); errors.As(err, &exit) {
		got = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

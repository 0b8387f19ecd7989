package main

import (
	"errors"
	"io"
	"log/slog"
	"os"
	"runtime"
	"strings"
	"time"

	"github.com/lmittmann/tint"
	"github.com/spf13/cobra"
	"golang.org/x/term"
)

// newLog makes a log for people, with colours where there is a terminal to show them.
func newLog(w io.Writer, level slog.Level) *slog.Logger {
	return slog.New(tint.NewTextHandler(w, &tint.Options{
		Level:      level,
		TimeFormat: time.TimeOnly,
		NoColor:    !colourful(w),
	}))
}

// colourful follows https://no-color.org. Older consoles of Windows would print the codes.
func colourful(w io.Writer) bool {
	return os.Getenv("NO_COLOR") == "" && runtime.GOOS != "windows" && isTerminal(w)
}

func isTerminal(w io.Writer) bool {
	file, ok := w.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}

// logLevel is a flag; the zero value is info.
type logLevel struct{ slog.Level }

func (l *logLevel) String() string { return strings.ToLower(l.Level.String()) }

func (l *logLevel) Type() string { return "level" }

func (l *logLevel) Set(text string) error {
	if err := l.UnmarshalText([]byte(text)); err != nil {
		return errors.New("want debug, info, warn or error")
	}
	return nil
}

func completeLogLevel(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return []string{"debug", "info", "warn", "error"}, cobra.ShellCompDirectiveNoFileComp
}

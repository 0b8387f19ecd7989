package tally_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/millrace/millrace/modules/internal/tally"
)

func logger(out *bytes.Buffer) *slog.Logger {
	return slog.New(slog.NewTextHandler(out, &slog.HandlerOptions{
		ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
			if a.Key == slog.TimeKey {
				return slog.Attr{}
			}
			return a
		},
	}))
}

func TestLossesDoNotFloodTheLog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		count := tally.New(logger(&out))
		for range 1000 {
			count.Lose("too large", "bytes", 7)
		}
		time.Sleep(tally.Every)
		count.Lose("no name")
		count.Lose("no name")
		want := []string{
			`level=WARN msg="a message was dropped" reason="too large" bytes=7`,
			`level=WARN msg="a message was dropped" reason="no name" notShown=999`,
		}
		if got := strings.TrimSpace(out.String()); got != strings.Join(want, "\n") {
			t.Errorf("logged\n%s", got)
		}
		if count.Of("too large") != 1000 || count.Of("no name") != 2 || count.Of("other") != 0 {
			t.Error("counted wrongly")
		}
	})
}

func TestReport(t *testing.T) {
	var out bytes.Buffer
	count := tally.New(nil)
	count.LogTo(logger(&out))
	count.Report()
	if out.Len() > 0 {
		t.Errorf("of nothing: %s", &out)
	}
	count.Count("sent", 5)
	count.Count("ignored", 1)
	count.Count("sent", 2)
	count.Report()
	want := `level=INFO msg="messages in all" ignored=1 sent=7`
	if got := strings.TrimSpace(out.String()); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got := fmt.Sprint(count.Figures()); got != "[{ignored 1} {sent 7}]" {
		t.Errorf("figures %s", got)
	}
}

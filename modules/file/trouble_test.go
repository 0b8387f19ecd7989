package file

import (
	"errors"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// TestTroubleBacksOff: what fails is tried less and less often, down to once a second, is said once,
// and once more when it is over.
func TestTroubleBacksOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var logged strings.Builder
		trouble := newTrouble(slog.New(slog.NewTextHandler(&logged, nil)), "app.log")
		if trouble.over(); trouble.present() || trouble.waits() || logged.Len() > 0 {
			t.Error("trouble before there was any")
		}
		tries, began := 0, time.Now()
		for time.Since(began) < 10*time.Second {
			if !trouble.waits() {
				tries++
				trouble.note(errors.New("no"))
			}
			time.Sleep(time.Millisecond)
		}
		if tries < 10 || tries > 16 {
			t.Errorf("%d tries in ten seconds", tries)
		}
		trouble.over()
		trouble.over()
		if text := logged.String(); strings.Count(text, "error=no") != 1 || strings.Count(text, "after=10s") != 1 ||
			trouble.present() {
			t.Errorf("logged:\n%s", text)
		}
	})
}

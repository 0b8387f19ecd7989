package gateway

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/millrace/millrace/module"
)

// slow is a module whose Close takes its time, and that counts.
type slow struct {
	*probe
	asks time.Duration
}

func (s slow) CloseTime() time.Duration { return s.asks }

func (s slow) Figures() []module.Figure { return []module.Figure{{Name: "counted", N: 7}} }

// A module.SlowCloser gets the time it asks for, whatever there is left; one that does not ask is
// given up.
func TestASlowCloserGetsItsTime(t *testing.T) {
	for asks, stuck := range map[time.Duration]bool{time.Minute: false, 0: true} {
		took := make(chan struct{})
		p := &probe{name: "p", on: map[string]hook{"close": func(context.Context, module.Host) error {
			time.Sleep(1100 * time.Millisecond)
			close(took)
			return nil
		}}}
		first := &probe{name: "first", on: map[string]hook{"close": func(context.Context, module.Host) error {
			time.Sleep(100 * time.Millisecond) // which it has, whatever the other took
			return nil
		}}}
		on, up := beacon()
		o := quiet()
		o.StopTimeout = time.Second
		d := doc(nil, first, slow{p, asks}, &probe{name: "last", on: on})
		report, err := runUntil(t, d, o, up)
		if got := slices.Contains(report.Modules[1].Stuck, "Close"); got != stuck || (err != nil) != stuck {
			t.Errorf("asking for %v: %v, %v", asks, report.Modules[1].Stuck, err)
		}
		<-took
	}
}

func TestFiguresAreReported(t *testing.T) {
	report, err := runUntilUp(t, slow{probe: &probe{name: "p"}})
	if err != nil {
		t.Fatal(err)
	}
	if f := report.Modules[0].Figures; len(f) != 1 || f[0] != (module.Figure{Name: "counted", N: 7}) {
		t.Errorf("%v", f)
	}
	if f := report.Modules[1].Figures; f != nil {
		t.Errorf("a module that counts nothing reports %v", f)
	}
}

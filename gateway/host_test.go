package gateway

import (
	"context"
	"errors"
	"testing"

	"github.com/millrace/millrace/module"
)

func TestPublishersOnlyBetweenStartAndStop(t *testing.T) {
	var got []error
	ask := func(_ context.Context, h module.Host) error {
		out, err := h.Publisher()
		if err == nil {
			out.Close()
		}
		got = append(got, err)
		return nil
	}
	a := &probe{name: "a"}
	a.on = map[string]hook{"open": ask, "start": ask, "stop": ask, "close": ask}
	if _, err := runUntilUp(t, a); err != nil {
		t.Fatal(err)
	}
	if len(got) != 4 || !errors.Is(got[0], ErrNotStarted) || got[1] != nil || got[2] != nil ||
		!errors.Is(got[3], ErrNotStarted) {
		t.Errorf("got %v, want publishers in start and stop only", got)
	}
}

func TestATaskBegunWhileStoppingIsAwaited(t *testing.T) {
	ran := false
	a := &probe{name: "a"}
	a.on = map[string]hook{"stop": func(_ context.Context, h module.Host) error {
		h.Go(func(ctx context.Context) error {
			ran = ctx.Err() != nil
			return ctx.Err()
		})
		return nil
	}}
	if _, err := runUntilUp(t, a); err != nil {
		t.Fatal(err)
	}
	if !ran {
		t.Error("the task did not run with a cancelled context before Run returned")
	}
}

func TestATaskThatComesTooLateForAPublisherIsNoFailure(t *testing.T) {
	a := &probe{name: "a", on: task(func(ctx context.Context, h module.Host) error {
		<-ctx.Done()
		for { // until Stop has returned
			out, err := h.Publisher()
			if err != nil {
				return err
			}
			out.Close()
		}
	})}
	if _, err := runUntilUp(t, a); err != nil {
		t.Error(err)
	}
}

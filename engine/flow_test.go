package engine_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/millrace/millrace/engine"
)

// Every history in testdata. Its language is described in testdata/README.md; the properties print
// what broke a promise in the same, to be put there.
func TestFlows(t *testing.T) {
	files, err := filepath.Glob("testdata/*.flow")
	must(t, err)
	if len(files) < 20 {
		t.Fatalf("found %d histories", len(files))
	}
	for _, name := range files {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".flow"), func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(name)
			must(t, err)
			_, faults := play(strings.Split(string(text), "\n"), true, patience)
			for _, fault := range faults {
				t.Error(fault)
			}
		})
	}
}

// play runs a script on an engine of its own and returns what was wrong. If strict, the script
// says of everything that is refused that it is. What takes longer than limit hangs.
func play(script []string, strict bool, limit time.Duration) (*rig, []string) {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	options, err := engineOptions(script)
	if err != nil {
		return nil, []string{err.Error()}
	}
	r := newRig(options)
	r.strict = strict
	if err := r.run(ctx, script); err != nil {
		r.fault("%v", err)
	}
	return r, r.finish(ctx)
}

// run runs lines one after the other, but neighbours with numbers at once.
func (r *rig) run(ctx context.Context, script []string) error {
	for i := 0; i < len(script); {
		if actorOf(script[i]) == "" {
			if err := r.step(ctx, script[i]); err != nil {
				return fmt.Errorf("line %d: %s: %w", i+1, strings.TrimSpace(script[i]), err)
			}
			i++
			continue
		}
		end := i
		for end < len(script) && actorOf(script[end]) != "" {
			end++
		}
		if err := r.atOnce(ctx, script[i:end]); err != nil {
			return err
		}
		i = end
	}
	return nil
}

// actorOf returns the number that a line begins with: 2 of "2: publish a 1..5".
func actorOf(line string) string {
	before, _, found := strings.Cut(line, ":")
	before = strings.TrimSpace(before)
	if _, err := strconv.Atoi(before); !found || err != nil {
		return ""
	}
	return before
}

// atOnce runs the lines of each actor on a goroutine.
func (r *rig) atOnce(ctx context.Context, lines []string) error {
	r.busy = true
	var actors []*actor
	for _, line := range lines {
		name, rest, _ := strings.Cut(line, ":")
		i := slices.IndexFunc(actors, func(a *actor) bool { return a.name == name })
		if i < 0 {
			i, actors = len(actors), append(actors, &actor{name: name, done: make(chan struct{})})
		}
		actors[i].lines = append(actors[i].lines, strings.TrimSpace(rest))
	}
	for _, a := range actors {
		go a.run(ctx, r)
	}
	for _, a := range actors {
		if err := a.wait(ctx, r); err != nil {
			return err
		}
	}
	return nil
}

// actor runs lines on a goroutine of its own.
type actor struct {
	name  string
	lines []string
	at    atomic.Int32 // the line it is at
	err   error
	done  chan struct{}
}

func (a *actor) run(ctx context.Context, r *rig) {
	defer close(a.done)
	for i, line := range a.lines {
		a.at.Store(int32(i))
		if a.err = r.step(ctx, line); a.err != nil || ctx.Err() != nil {
			return
		}
	}
}

// wait waits for an actor. If it hangs, closing the engine should free it: else the rig is given up.
func (a *actor) wait(ctx context.Context, r *rig) error {
	select {
	case <-a.done:
	case <-ctx.Done():
	}
	if ctx.Err() != nil {
		r.fault("no deadlock: %q does not end; %s", a.lines[a.at.Load()], hanging(r.e))
		r.close(ctx)
	}
	select {
	case <-a.done:
		return a.err
	case <-r.overdue(ctx):
		r.stuck = true
		return errors.New("closing the engine did not end it")
	}
}

// hanging tells who is at work when nothing moves.
func hanging(e *engine.Engine) string {
	busy := func(c engine.Call) bool { return !c.Busy && !c.Waiting }
	return fmt.Sprintf("at work are %+v", slices.DeleteFunc(e.Calls(), busy))
}

// step runs one line.
func (r *rig) step(ctx context.Context, line string) error {
	o, err := readOrder(line)
	if err != nil || o.verb == "" {
		return err
	}
	command := commands[o.verb]
	if command == nil {
		return fmt.Errorf("no such command; there are %s", strings.Join(commandNames(), ", "))
	}
	err = command(ctx, r, o)
	if o.mistake != nil {
		return o.mistake
	}
	if len(o.words)+len(o.options) > 0 {
		return fmt.Errorf("%s takes no %v %v", o.verb, o.words, o.options)
	}
	return r.judge(o, err)
}

// judge compares what came of a command with what the script says.
func (r *rig) judge(o *order, err error) error {
	var broken *expectation
	switch {
	case errors.As(err, &broken):
		return err
	case o.fails != "" && (err == nil || !strings.Contains(err.Error(), o.fails)):
		return fmt.Errorf("should fail with %q, but: %v", o.fails, err)
	case o.fails == "" && r.strict:
		return err
	}
	return nil
}

func commandNames() (list []string) {
	for name := range commands {
		list = append(list, name)
	}
	slices.Sort(list)
	return list
}

package gateway

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"
)

// Whatever a module is called for has its time: each call runs on a goroutine of its own, which is
// given up when it does not return.

var (
	errStuck  = errors.New("did not return in time")
	errGoexit = errors.New("ended its goroutine")
)

// grace is what a step gets on top of its time to notice that its time is up.
const grace = 50 * time.Millisecond

// begin runs a step and tells what becomes of it, also if the step ends its goroutine.
func begin(step func() error) <-chan error {
	returned := make(chan error, 1)
	go func() {
		err := errGoexit
		defer func() { returned <- err }()
		err = guarded(step)
	}()
	return returned
}

// guarded makes an error of a panic.
func guarded(step func() error) (err error) {
	defer func() {
		if value := recover(); value != nil {
			err = fmt.Errorf("panic: %v\n%s", value, debug.Stack())
		}
	}()
	return step()
}

// await waits for a step that has begun, as long as the limit says.
func await(returned <-chan error, limit time.Duration) error {
	late := time.NewTimer(limit)
	defer late.Stop()
	select {
	case err := <-returned:
		return err
	case <-late.C:
		return errStuck
	}
}

// ask calls what answers at once, or should.
func ask[T any](limit time.Duration, question func() T) (T, error) {
	answer := make(chan T, 1)
	err := await(begin(func() error { answer <- question(); return nil }), limit)
	if err != nil {
		var none T
		return none, err
	}
	return <-answer, nil
}

// halfOf returns half of the time that ctx has left.
func halfOf(ctx context.Context) time.Duration {
	if deadline, ok := ctx.Deadline(); ok {
		return max(0, time.Until(deadline)/2)
	}
	return grace
}

// within runs step with half of the time that ctx has left and waits no longer than that (and
// grace).
func within(ctx context.Context, step func(context.Context) error) error {
	limit := halfOf(ctx)
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	return await(begin(func() error { return step(ctx) }), limit+grace)
}

// bring runs a step of a module's beginning, for as long as Options.StartTimeout; once ctx is done it
// has some time to notice. A step that is given up has its context cancelled,
// and late is called if it returns nil after all.
func (in *instance) bring(ctx context.Context, name string, step func(context.Context) error, late func()) error {
	inner, cancel := context.WithCancel(ctx)
	returned := begin(func() error { return step(inner) })
	if err := in.awaitStart(ctx, returned); !errors.Is(err, errStuck) {
		context.AfterFunc(ctx, cancel) // not before: the module may have bound something to it
		return err
	}
	cancel()
	go func() {
		if <-returned == nil {
			late()
		}
	}()
	in.host.log.Error("did not return in time", "running", name)
	in.stuck = append(in.stuck, name)
	return errStuck
}

func (in *instance) awaitStart(ctx context.Context, returned <-chan error) error {
	late := time.NewTimer(in.gateway.options.StartTimeout)
	defer late.Stop()
	select {
	case err := <-returned:
		return err
	case <-late.C:
		return errStuck
	case <-ctx.Done():
		return await(returned, in.timeToReturn())
	}
}

// timeToReturn is how long a step of a module's beginning has once it is asked to return. Nobody but
// the change itself waits for one in a change: see endChanges.
func (in *instance) timeToReturn() time.Duration {
	if in.changed {
		return in.gateway.options.StopTimeout
	}
	return in.gateway.options.StopTimeout / stopShare
}

// stopShare is the part of StopTimeout that a step has which holds up stopping.
const stopShare = 4

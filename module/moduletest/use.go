package moduletest

import (
	"context"
	"slices"
	"time"
)

// Feed publishes messages to the module, in order. It returns when they are queued; Stop returns
// when all of them have been received.
func (r *Rig) Feed(messages ...Message) {
	r.t.Helper()
	r.feeding.Lock()
	defer r.feeding.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for _, m := range messages {
		d, err := r.feeder.Claim(ctx)
		r.must(err)
		for key, value := range m.Properties {
			d.Set(key, value)
		}
		d.SetContent([]byte(m.Content))
		r.must(r.feeder.Publish(ctx, d))
	}
}

// Await waits until the module has published n messages in all, and returns all there are.
func (r *Rig) Await(n int) []Message {
	r.t.Helper()
	c := &r.collected
	if !c.await(patience, func() bool { return len(c.list) >= n }) {
		r.t.Fatalf("%d messages after %v, want %d; log:\n%s", len(c.messages()), patience, n, r.Logged())
	}
	return c.messages()
}

// Collected returns what the module has published so far.
func (r *Rig) Collected() []Message { return r.collected.messages() }

// AwaitReceived waits until the module has received, and returned from, n messages in all.
func (r *Rig) AwaitReceived(n int) {
	r.t.Helper()
	p := &r.progress
	if !p.await(patience, func() bool { return p.messages >= n }) {
		r.t.Fatalf("not %d messages received after %v; log:\n%s", n, patience, r.Logged())
	}
}

// AwaitLog waits until the log holds that text.
func (r *Rig) AwaitLog(text string) {
	r.t.Helper()
	if !r.logged.awaitText(text) {
		r.t.Fatalf("nothing of %q in the log after %v:\n%s", text, patience, r.Logged())
	}
}

// AwaitOutput waits until the module has printed that text.
func (r *Rig) AwaitOutput(text string) {
	r.t.Helper()
	if !r.output.awaitText(text) {
		r.t.Fatalf("nothing of %q in the output after %v:\n%s", text, patience, r.Output())
	}
}

// Wait returns when every task of the module has ended by itself, with what the tasks returned.
func (r *Rig) Wait() error {
	r.t.Helper()
	ended := make(chan error, 1)
	go func() { ended <- r.tasks.wait() }()
	select {
	case err := <-ended:
		return err
	case <-time.After(patience):
		r.t.Fatalf("tasks still run after %v; log:\n%s", patience, r.Logged())
		return nil
	}
}

// ReceiveErrors returns what the module's Receive or ReceiveBatch returned, nil left out.
func (r *Rig) ReceiveErrors() []error {
	r.progress.mu.Lock()
	defer r.progress.mu.Unlock()
	return slices.Clone(r.progress.errs)
}

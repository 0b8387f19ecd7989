package engine

import (
	"context"
	"testing"
)

// relayed is an engine with a program, a publisher of it that relays and another one, and a sink.
func relayed(t *testing.T) (e *Engine, relay, other *Publisher) {
	t.Helper()
	e, list := wired(t, 2, nil)
	other, err := list[0].module.Publisher()
	must(t, err)
	list[0].Relay()
	must(t, e.Link(Link{Source: "m0", Sink: "m1"}))
	publishTo(t, list[0], "")
	publishTo(t, other, "")
	for _, l := range e.Stats().Links {
		for l.Queued > 0 {
			l = e.Stats().Links[0]
		}
	}
	return e, list[0], other
}

// A relay that was in no loop goes on by the plan that it has when others' links close one, and still
// is asked anew whether it may wait.
func TestARelayAsksAgainByTheSamePlan(t *testing.T) {
	e, relay, _ := relayed(t)
	if !relay.mayWaitForMemory() {
		t.Fatal("it may not wait, and there is no loop")
	}
	plan := relay.plan
	must(t, e.Link(Link{Source: "m1", Sink: "m0"}))
	if relay.current() != plan {
		t.Fatal("it planned anew")
	}
	if relay.mayWaitForMemory() {
		t.Error("it may wait in a loop")
	}
}

// While another publisher of its module may still send something along a link that is gone, the link
// counts for a relay.
func TestARelayMindsTheOldPlansOfOthers(t *testing.T) {
	e, relay, other := relayed(t)
	must(t, e.Unlink("m0", "m1"))
	must(t, e.Link(Link{Source: "m1", Sink: "m0"}))
	if relay.mayWaitForMemory() {
		t.Error("it may wait, and the other publisher has a plan that closes a loop")
	}
	d, err := other.Claim(context.Background())
	must(t, err)
	must(t, other.Publish(context.Background(), d))
	if !relay.mayWaitForMemory() {
		t.Error("it may not wait, and nobody's plan closes a loop")
	}
}

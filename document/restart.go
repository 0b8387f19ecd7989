package document

import (
	"strconv"
	"time"

	"github.com/millrace/millrace/engine"
)

// Restart is what becomes of a module that fails: one that panics, in its handler or in a task, is
// restarted, each time after twice the wait, and put into quarantine when that was in vain.
type Restart struct {
	Never   bool          // quarantine at the first failure
	Max     int           // restarts in a row before quarantine; 0: 5
	Backoff time.Duration // before the first restart; 0: 100 ms
	Hang    time.Duration // how long a handler's call may last before quarantine; 0: for ever
}

const onFailure, never = "on_failure", "never"

var restartPolicies = []string{onFailure, never}

func restartShape() *shape {
	return &shape{
		kind: objectKind,
		want: `want {"policy": "on_failure", "max": 5, "backoff": "100ms"}`,
		doc:  "What becomes of the module when it fails",
		keys: []key{
			{"policy", false, &shape{kind: stringKind, want: "want one of " + oneOf(restartPolicies),
				doc:   "Restart it on failure, or never: then quarantine; on_failure unless given",
				words: restartPolicies}},
			{"max", false, &shape{kind: numberKind, min: 1, max: 1_000_000,
				doc: "How many restarts in a row, before quarantine; 5 unless given"}},
			{"backoff", false, &shape{kind: stringKind, want: `want a duration such as "100ms"`,
				doc: "The wait before the first restart, doubled at each; 100ms unless given"}},
			{"hang", false, &shape{kind: stringKind, want: `want a duration such as "10s"`,
				doc: "How long one call of its handler may last, before quarantine; for ever unless given"}},
		},
	}
}

// restart reads what becomes of a module that fails; an absent one is the default.
func (c *checker) restart(n *node) (r Restart) {
	if n == nil || n.kind != objectKind {
		return r
	}
	r.Never = n.getString("policy") == never
	if most := n.get("max"); most != nil && most.kind == numberKind {
		r.Max, _ = strconv.Atoi(most.text) // structure has checked it
	}
	r.Backoff = c.duration(n.get("backoff"))
	r.Hang = c.duration(n.get("hang"))
	return r
}

// duration reads a time to wait; 0 where none is given.
func (c *checker) duration(n *node) (d time.Duration) {
	if n != nil && n.kind == stringKind {
		d, _ = c.timeout(n)
	}
	return d
}

// deadLetter checks that dead letters go to a module that takes messages.
func (c *checker) deadLetter(n *node) string {
	if c.onto != nil {
		c.keepDeadLetter(n)
		return ""
	}
	if n == nil || !c.end(n, false) {
		return ""
	}
	c.reserveDeadLetters()
	return n.text
}

func (c *checker) reserveDeadLetters() {
	if taken := c.names[engine.DeadLetters]; taken != nil {
		c.at(taken, quote(taken.text)+" is the name that dead letters come from",
			"want another name, or no \"deadLetter\"")
	}
}

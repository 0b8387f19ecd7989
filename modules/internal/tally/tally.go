// Package tally is how a module accounts for messages that it did not handle the usual way: each is
// counted by what became of it, said in the log without flooding it, and summed up at the end.
package tally

import (
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/millrace/millrace/module"
)

// Every is the least time between two lines about lost messages.
const Every = time.Second

// Tally counts messages by outcome, a few words such as "no macAddress" that serve as the key in
// the log. Its methods may be called from any goroutine.
type Tally struct {
	log *slog.Logger

	mu     sync.Mutex
	counts map[string]uint64
	logged time.Time // the latest line about a loss
	hidden uint64    // losses since then
}

// New makes a tally that logs to log; one that has none yet must be given it before the first loss.
func New(log *slog.Logger) *Tally {
	return &Tally{log: log, counts: make(map[string]uint64)}
}

// LogTo makes the tally log to log from now on.
func (t *Tally) LogTo(log *slog.Logger) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.log = log
}

// Count adds n messages to an outcome that is as it should be.
func (t *Tally) Count(outcome string, n int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.counts[outcome] += uint64(n)
}

// Lose adds a message to an outcome that somebody should know about. The first is logged as a
// warning at once, with the attributes, and then at most one line in a time of Every, with the
// number of those not shown.
func (t *Tally) Lose(outcome string, attributes ...any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.counts[outcome]++
	now := time.Now()
	if !t.logged.IsZero() && now.Sub(t.logged) < Every {
		t.hidden++
		return
	}
	if t.hidden > 0 {
		attributes = append(attributes, "notShown", t.hidden)
	}
	t.log.Warn("a message was dropped", append([]any{"reason", outcome}, attributes...)...)
	t.logged, t.hidden = now, 0
}

// Of returns how many messages have had that outcome.
func (t *Tally) Of(outcome string) uint64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.counts[outcome]
}

// Figures returns every outcome with its number, sorted, as a module.Reporter has them.
func (t *Tally) Figures() []module.Figure {
	t.mu.Lock()
	defer t.mu.Unlock()
	var figures []module.Figure
	for _, outcome := range slices.Sorted(maps.Keys(t.counts)) {
		figures = append(figures, module.Figure{Name: outcome, N: t.counts[outcome]})
	}
	return figures
}

// Report logs every outcome with its number, sorted; nothing if there was no message.
func (t *Tally) Report() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.counts) == 0 {
		return
	}
	var attributes []any
	for _, outcome := range slices.Sorted(maps.Keys(t.counts)) {
		attributes = append(attributes, outcome, t.counts[outcome])
	}
	t.log.Info("messages in all", attributes...)
}

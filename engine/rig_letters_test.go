package engine_test

import (
	"errors"
	"slices"

	"github.com/millrace/millrace/engine"
)

// deadLetter switches dead letters, and notes what can be said of them.
func (r *rig) deadLetter(sink string) error {
	first := !r.busy && r.letters == noLetters && len(r.desks) == 0
	err := r.e.DeadLetter(sink)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.letters = sometimes
	if first && err == nil {
		r.letters = allLetters
	}
	if err == nil && sink != "" {
		r.grave = sink
	}
	return err
}

// lettersOf returns how many letters arrived, and how many were lost.
func lettersOf(s engine.Stats) (arrived, lost uint64) {
	lost = s.LettersLost
	for _, l := range s.Links {
		if l.Source == engine.DeadLetters {
			arrived += l.Delivered
			lost += l.Dropped.Total() + l.Left
		}
	}
	return arrived, lost
}

// lettersByMessage tells the sinks that each message has letters for, by sender and sequence.
func (r *rig) lettersByMessage() map[[2]int][]string {
	list := make(map[[2]int][]string)
	for _, t := range r.taps {
		if t.name != r.grave {
			continue
		}
		for _, l := range t.letters {
			name := [2]int{l.sender, l.sequence}
			list[name] = append(list[name], l.sink)
		}
	}
	return list
}

// verifyLetters: of what was dropped there is a letter that says why. It cannot be said of all when
// the letters themselves go along links from Any, whose losses are in the sum.
func (r *rig) verifyLetters(s engine.Stats, total engine.Counts) {
	if r.letters != allLetters || slices.ContainsFunc(r.wirings, (*wiring).bus) {
		return
	}
	arrived, lost := lettersOf(s)
	if arrived+lost != total.Dropped.Total() {
		r.fault("dead letters: %d arrived and %d were lost, of %+v", arrived, lost, total.Dropped)
	}
	if got := r.lettersByReason(); lost == 0 && got != total.Dropped {
		r.fault("dead letters: they say %+v, the counts %+v", got, total.Dropped)
	}
}

func (r *rig) lettersByReason() (d engine.Dropped) {
	for _, t := range r.taps {
		for _, l := range t.letters {
			counter, err := counterOf(&d, l.reason)
			if err != nil {
				r.fault("dead letters: %v", err)
				continue
			}
			*counter++
		}
	}
	return d
}

// counterOf finds the counter of a reason, as letters and scripts name it.
func counterOf(d *engine.Dropped, reason string) (*uint64, error) {
	switch reason {
	case "newest":
		return &d.Newest, nil
	case "oldest":
		return &d.Oldest, nil
	case "timeout":
		return &d.Timeout, nil
	case "cycle":
		return &d.Cycle, nil
	case "closed":
		return &d.Closed, nil
	case "cancelled":
		return &d.Cancelled, nil
	case "panic", "goexit":
		return &d.Panic, nil
	case "quarantined":
		return &d.Quarantined, nil
	case "error":
		return &d.Error, nil
	}
	return nil, errors.New("no such reason: " + reason)
}

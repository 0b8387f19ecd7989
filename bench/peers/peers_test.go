package main

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"
)

// Every peer does every job that it says it can: all messages reach every sink, and are right.
func TestEveryPeerDoesItsJobs(t *testing.T) {
	for _, p := range append(engines(), peers()...) {
		for _, j := range jobs {
			if p.refusal(j) != "" {
				continue
			}
			t.Run(p.name+"/"+j.name, func(t *testing.T) {
				try(t, p, j)
			})
		}
	}
	for _, p := range rawQueues() {
		t.Run(p.name, func(t *testing.T) { try(t, p, jobs[0]) })
	}
}

func try(t *testing.T, p peer, j job) {
	r, err := p.open(j)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := r.send(unit); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.close(); err != nil {
		t.Error(err)
	}
}

// A peer that loses, repeats or garbles a message is not measured.
func TestWrongCountsAreFound(t *testing.T) {
	w := prebuilt()
	w.right = func(*parcel) int { return 0 }
	r, err := openLines(jobs[0], newChannel[*parcel](1), w)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.send(unit); err == nil || !strings.Contains(err.Error(), "256 wrong") {
		t.Errorf("garbled: %v", err)
	}
	s := newSinks(1)
	s.expect(1)
	s.all[0].took(true)
	s.all[0].took(true)
	if err := s.wait(); err == nil {
		t.Error("one too many was not found")
	}
}

// A peer whose set-up fails is in the report, and the rest is too.
func TestFailuresAreReported(t *testing.T) {
	c := newContest(time.Microsecond)
	c.logf = t.Logf
	broken := peer{name: "broken", open: func(job) (rig, error) { return nil, errors.New("no luck") }}
	if _, ok := c.visit(0, jobs[0], channels()[0], broken); ok {
		t.Error("the visit succeeded")
	}
	var report bytes.Buffer
	if err := c.write(&report, "test"); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(report.String(), "- broken, A 1->1: setting up: no luck") {
		t.Errorf("not in the report:\n%s", &report)
	}
}

func TestGoalsHaveFigures(t *testing.T) {
	c := newContest(time.Microsecond)
	c.logf = t.Logf
	c.round(0)
	for _, g := range goals() {
		if _, ok := c.figures.Spread(g.key); !ok {
			t.Errorf("%s: no figure %q", g.text, g.key)
		}
	}
	if len(c.failures) > 0 {
		t.Error(c.failures)
	}
}

func TestTheImageHoldsTheProperty(t *testing.T) {
	for _, j := range []job{jobs[0], jobs[4]} {
		image := appendImage(nil, j, 1)
		if !rightImage(image) {
			t.Error("the property is not found")
		}
		if rightImage(bytes.ReplaceAll(image, []byte(wantedValue), []byte("kelvin"))) {
			t.Error("a wrong value passes")
		}
		for cut := range len(image) - contentSize {
			rightImage(image[:cut]) // must not panic
		}
	}
}

// The same texts, whichever way a peer holds them.
func TestEveryShapeHoldsTheSame(t *testing.T) {
	for _, j := range []job{jobs[0], jobs[4]} {
		var p parcel
		var c copied
		p.write(j, 17)
		c.write(j, 17)
		var want string
		for _, pair := range p.properties {
			want += pair[0] + pair[1]
		}
		if got := string(c.text[:c.ends[9]]); got != want {
			t.Errorf("%s: copied %q, want %q", j.name, got, want)
		}
		image := appendImage(nil, j, 17)
		if got := strings.ReplaceAll(string(image[:len(image)-contentSize]), "\x00", ""); got != want {
			t.Errorf("%s: image %q, want %q", j.name, got, want)
		}
		if !p.right() || !c.right() {
			t.Errorf("%s: a right message is wrong", j.name)
		}
		c.text[c.ends[4]-1]++ // in the wanted key or before it
		c.text[c.ends[6]]++
		if c.right() {
			t.Errorf("%s: a wrong message is right", j.name)
		}
	}
}

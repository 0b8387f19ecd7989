package main

import (
	"bufio"
	"fmt"
	"io"
	"runtime"
	"strings"
	"time"

	"github.com/millrace/millrace/bench/yardstick"
)

// side answers questions: a line with what to measure, and a line with ns a message comes back.
type side struct {
	slice    time.Duration
	rigs     map[string]func() (rig, error)
	messages map[string]int // of one measurement
}

func answer(in io.Reader, out io.Writer, slice time.Duration) error {
	s := side{slice: slice, rigs: rigs(), messages: map[string]int{}}
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		ns, err := s.measure(lines.Text())
		if err != nil {
			return fmt.Errorf("%s: %w", lines.Text(), err)
		}
		if _, err := fmt.Fprintf(out, "%.6g\n", ns); err != nil {
			return err
		}
	}
	return lines.Err()
}

// measure runs a fresh rig, which has warmed up, for about a slice. What runs on one core alone has one
// true figure, and a machine that others use only adds to it: of that the best of many short runs counts.
// What runs on several is at times quick for the wrong reason, that one core did all: there the slice
// counts as it is.
func (s *side) measure(name string) (ns float64, err error) {
	open, known := s.rigs[name]
	if !known {
		return 0, fmt.Errorf("no such measurement")
	}
	runtime.GC()
	r, err := open()
	if err != nil {
		return 0, err
	}
	ns, err = s.timed(name, r)
	if closing := r.Close(); err == nil {
		err = closing
	}
	return ns, err
}

func (s *side) timed(name string, r rig) (float64, error) {
	n, err := s.calibrate(name, r)
	if err != nil {
		return 0, err
	}
	parts := 1
	if strings.Contains(name, aCore) {
		parts = corePartsMax
	}
	n = max(n/parts/unit, 1) * unit
	if err := r.Send(max(n/2/unit, 1) * unit); err != nil {
		return 0, err
	}
	took, err := clock(r, n)
	for k := 1; k < parts && err == nil; k++ {
		var again time.Duration
		again, err = clock(r, n)
		took = min(took, again)
	}
	return float64(took) / float64(n), err
}

const (
	unit        = yardstick.BatchSize
	messagesMax = 1 << 20

	corePartsMax = 10 // of a slice on one core
)

// calibrate returns how many messages fill a slice: so many that even the best of three tries does.
func (s *side) calibrate(name string, r rig) (int, error) {
	if n, known := s.messages[name]; known {
		return n, nil
	}
	n := unit
	for tries := 0; tries < 3 && n < messagesMax; tries++ {
		took, err := clock(r, n)
		if err != nil {
			return 0, err
		}
		if took < s.slice {
			n, tries = n*2, -1
		}
	}
	s.messages[name] = n
	return n, nil
}

func clock(r rig, n int) (time.Duration, error) {
	began := time.Now()
	err := r.Send(n)
	return time.Since(began), err
}

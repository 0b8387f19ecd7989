package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// random is a run of random mutants.
type random struct {
	seed    uint64
	n       int
	within  time.Duration // after which no other mutant is begun; 0: for ever
	limit   time.Duration // of a package's tests
	least   float64       // the share, in percent, that must be noticed of those that somebody could notice
	journal string
	own     bool
}

// run goes on with the seed where the journal ends, of the part of its mutants that was selected.
func (r *random) run(ctx context.Context, part selection, out string, progress io.Writer) error {
	root, err := filepath.Abs(".")
	if err != nil {
		return err
	}
	known, err := readKnown(os.DirFS(root))
	if err != nil {
		return err
	}
	j, err := openJournal(r.journal, r.seed)
	if err != nil {
		return err
	}
	places, err := r.tryAll(ctx, root, part, j, known, progress)
	if err != nil {
		return err
	}
	s := sum(j.list, known)
	s.seed, s.places = r.seed, places
	_, _ = fmt.Fprintln(progress, s.line())
	if out != "" {
		err = writeFile(out, s.write)
	}
	if rate := s.rate(); rate < r.least {
		err = errors.Join(err, fmt.Errorf("%.1f %% were noticed, %.1f are wanted", rate, r.least))
	}
	return err
}

// tryAll tries mutants, in the order of the seed, until there are enough.
func (r *random) tryAll(
	ctx context.Context, root string, part selection, j *journal, known *known, progress io.Writer,
) (places int, err error) {
	t, err := readTree(ctx, root)
	if err != nil {
		return 0, err
	}
	all, err := t.mutations()
	if err != nil {
		return 0, err
	}
	if err := confine(); err != nil {
		return 0, err
	}
	order := choose(all, r.seed)
	run, began := runner{t, r.limit, r.own}, time.Now()
	for i, m := range order {
		late := r.within > 0 && time.Since(began) > r.within
		if late || j.mutants() >= r.n {
			break
		}
		if j.tried(i) || (i+part.from)%max(part.every, 1) != 0 || !strings.HasPrefix(m.file, part.prefix) {
			continue
		}
		o, err := run.try(ctx, m)
		if err != nil {
			return 0, err
		}
		o.Seed, o.Position = r.seed, i
		if err := j.add(o); err != nil {
			return 0, err
		}
		_, _ = fmt.Fprint(progress, o.tell(known))
	}
	return len(order), nil
}

// tell says what became of a mutant: in one line, or with the mutant if somebody should read it.
func (o *outcome) tell(known *known) string {
	line := fmt.Sprintf("%4d %5.1f s  %-10s %s:%d: %s", o.Position, o.Seconds, o.Result, o.File, o.Line, o.Kind)
	switch {
	case o.noticed():
		line += fmt.Sprintf(": %s %s: %s", o.Package, o.Test, cell(o.Said))
	case o.Result == survived && known.reason(o) != "":
		line += ": nobody can notice: " + known.reason(o)
	case o.Result == survived:
		line += "\n\n" + o.Patch + "\n"
	}
	return strings.TrimRight(line, "\n") + "\n"
}

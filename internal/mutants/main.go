// Command mutants breaks the concurrent code of the engine in many small ways, one at a time, and
// shows that a test notices each. The patches are applied by the go command's overlay: no file of
// the module is touched.
//
//	go run ./internal/mutants               all of them
//	go run ./internal/mutants -every 10     every tenth, beginning with another one each day
//	go run ./internal/mutants -only ring-   those whose name begins so
//
// It fails if a mutant survives, does not compile or hangs, or if a patch does not fit the code any
// more, so that the table it writes stays true.
//
// Who writes a test knows what it tests, so there are random mutants, too, of all packages: a
// condition negated, a boundary moved, a statement, a check or an error dropped, arguments swapped, a
// return that comes early, another number. A seed chooses them.
//
//	go run ./internal/mutants -random -seed 7 -n 300
//	go run ./internal/mutants -random -seed 7 -n 300 -journal FILE -within 90s   a piece of it, and the next
//
// Each is tried with the tests of its package, then with those of the packages that import it, until
// one fails; one that does not end counts as noticed. Survivors are printed as patches. One that nobody
// can notice goes into internal/mutants/survivors with the reason; any other is a hole in the tests.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"time"
)

const folder = "internal/mutants/patches"

func main() {
	every := flag.Int("every", 1, "try one in so many")
	from := flag.Int("from", time.Now().YearDay(), "of which the first; by default another one each day")
	only := flag.String("only", "", "try those whose name begins with this `prefix`")
	out := flag.String("out", "", "write the table to this `file`")
	chance := flag.Bool("random", false, "try random mutants instead, of all packages")
	var r random
	flag.Uint64Var(&r.seed, "seed", uint64(time.Now().Unix()), "chooses the random mutants") //nolint:gosec // after 1970
	flag.IntVar(&r.n, "n", 300, "how many random mutants")
	flag.StringVar(&r.journal, "journal", "", "keep what became of random mutants in this `file`, and go on from there")
	flag.DurationVar(&r.within, "within", 0, "begin no other random mutant after this time")
	flag.DurationVar(&r.limit, "limit", 2*time.Minute, "what a package's tests may take before they count as hanging")
	flag.BoolVar(&r.own, "own", false, "try the tests of a random mutant's own package only, for a quick look")
	flag.Float64Var(&r.least, "least", 95, "the percentage that must be noticed of those that somebody could notice")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	try := run
	if *chance {
		try = r.run
	}
	if err := try(ctx, selection{*only, *every, *from}, *out, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1) //nolint:gocritic // nothing is left to be done
	}
}

func run(ctx context.Context, s selection, out string, progress io.Writer) error {
	root, err := filepath.Abs(".")
	if err != nil {
		return err
	}
	all, err := readPatches(os.DirFS(filepath.FromSlash(folder)))
	if err != nil {
		return err
	}
	list, err := tryAll(ctx, root, s.of(all), progress)
	if out != "" {
		err = errors.Join(err, writeFile(out, func(w io.Writer) error { return writeTable(w, list) }))
	}
	return err
}

// selection is a part of the patches.
type selection struct {
	prefix      string
	every, from int
}

func (s selection) of(all []patch) (some []patch) {
	for i, p := range all {
		if strings.HasPrefix(p.name, s.prefix) && (i+s.from)%max(s.every, 1) == 0 {
			some = append(some, p)
		}
	}
	return some
}

// tryAll tries one mutant after the other and reports every one that did not do what it should.
func tryAll(ctx context.Context, root string, patches []patch, progress io.Writer) ([]verdict, error) {
	var list []verdict
	var errs []error
	if len(patches) == 0 {
		errs = append(errs, errors.New("no mutant was chosen"))
	}
	for _, p := range patches {
		began := time.Now()
		v := try(ctx, root, p)
		_, _ = fmt.Fprintf(progress, "%-36s %5.1f s  %s\n", p.name, time.Since(began).Seconds(), v.summary())
		list, errs = append(list, v), append(errs, v.fault())
		if ctx.Err() != nil {
			return list, ctx.Err()
		}
	}
	return list, errors.Join(errs...)
}

func (v *verdict) summary() string {
	if !v.killed || v.err != nil {
		return v.killer()
	}
	return fmt.Sprintf("%s: %s (%s schedules)", v.killer(), cell(v.how), v.count())
}

// fault says what is wrong with the verdict, if anything is.
func (v *verdict) fault() error {
	switch {
	case v.err != nil:
		return fmt.Errorf("%s: %w", v.patch.name, v.err)
	case v.killed && v.patch.survives != "":
		return fmt.Errorf("%s: killed, though it should survive: %s", v.patch.name, v.patch.survives)
	case !v.killed && v.patch.survives == "":
		return fmt.Errorf("%s: no test of %s notices that %s", v.patch.name, v.patch.pkg, v.patch.breaks)
	}
	return nil
}

func writeFile(name string, write func(io.Writer) error) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	return errors.Join(write(f), f.Close())
}

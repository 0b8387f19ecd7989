package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// What becomes of a random mutant.
const (
	killed     = "killed"   // a test failed
	hung       = "hung"     // a test did not end in time, which counts as killed
	explored   = "explored" // ordinary tests passed, and an exploration failed
	survived   = "survived"
	uncompiled = "uncompiled" // it is no program; another place is taken
)

// outcome is what became of one random mutant. It is a line of the journal.
type outcome struct {
	Seed     uint64
	Position int // in the order of its seed
	File     string
	Line     int
	Where    string
	Kind     string
	Result   string
	Package  string // whose test noticed
	Test     string
	Said     string
	Seconds  float64
	Patch    string // as internal/mutants/survivors has it; of survivors only
}

func (o *outcome) noticed() bool {
	return o.Result == killed || o.Result == hung || o.Result == explored
}

// runner tries random mutants.
type runner struct {
	tree  *tree
	limit time.Duration // of a package's tests
	own   bool          // leave out what is not the package's own ordinary tests, if it has some
}

// try runs the tests of the mutant's package, then those of the packages that import it, the nearest
// first, and at last the explorations, if there are any. The first failure ends it.
func (r *runner) try(ctx context.Context, m mutation) (o outcome, err error) {
	began := time.Now()
	o = outcome{File: m.file, Line: m.line, Where: m.where, Kind: m.kind}
	source, err := os.ReadFile(filepath.Join(r.tree.root, filepath.FromSlash(m.file)))
	if err != nil {
		return o, err
	}
	overlay, remove, err := writeOverlay(r.tree.root, map[string]string{m.file: m.apply(string(source))})
	if err != nil {
		return o, err
	}
	defer remove()
	for _, stage := range r.stages(m.pkg) {
		out, failed, err := r.goTest(ctx, overlay, stage.args)
		if err != nil {
			return o, err
		}
		if failed {
			o.judge(out)
			if stage.explores && o.Result == killed {
				o.Result = explored
			}
			break
		}
	}
	if o.Result == "" {
		o.Result, o.Patch = survived, m.patch(string(source))
	}
	o.Seconds = time.Since(began).Seconds()
	if o.Result == killed {
		err = r.soundWithout(ctx, o.Package)
	}
	return o, err
}

// stage is one go test.
type stage struct {
	args     []string
	explores bool
}

func (r *runner) stages(path string) (list []stage) {
	own := r.tree.find(path)
	list = append(list, stage{args: []string{"build", "-o", os.DevNull, path}})
	if own.tested() {
		list = append(list, stage{args: []string{path}})
	}
	if r.own && own.tested() {
		return list
	}
	if others := r.tree.importers(path); len(others) > 0 {
		list = append(list, stage{args: others})
	}
	if own.explored() {
		args := []string{"-tags", "explore", "-run", "TestExplore", "-timeout", timeout.String(), path}
		list = append(list, stage{args: args, explores: true})
	}
	return list
}

// soundWithout tells whether the package's tests pass as they are: a test that fails anyway kills
// nothing. The go command remembers the answer.
func (r *runner) soundWithout(ctx context.Context, path string) error {
	out, failed, err := r.goTest(ctx, "", []string{path})
	if failed {
		return fmt.Errorf("the tests of %s fail without any mutant:\n%s", path, out)
	}
	return err
}

// goTest runs tests until one fails. The overlay comes by the environment, so that programs which
// tests build have it, too.
func (r *runner) goTest(ctx context.Context, overlay string, args []string) (out string, failed bool, err error) {
	if args[0] != "build" {
		args = append([]string{"test", "-vet=off", "-failfast", "-timeout", r.limit.String()}, args...)
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = r.tree.root
	cmd.Env = os.Environ()
	if overlay != "" {
		cmd.Env = append(cmd.Env, "GOFLAGS="+strings.TrimSpace(os.Getenv("GOFLAGS")+" -overlay="+overlay))
	}
	apart(cmd)
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		return "", false, err
	}
	cmd.Stderr = cmd.Stdout
	if err := cmd.Start(); err != nil {
		return "", false, err
	}
	var b strings.Builder
	lines := bufio.NewReader(pipe)
	for err == nil {
		var line string
		line, err = lines.ReadString('\n')
		b.WriteString(line)
		if strings.HasPrefix(line, "FAIL\t") {
			failed = true
			stop()
		}
	}
	err = cmd.Wait()
	end()
	var exit *exec.ExitError
	switch {
	case failed, err == nil:
		return b.String(), failed, nil
	case ctx.Err() != nil:
		return "", false, ctx.Err()
	case errors.As(err, &exit):
		return b.String(), true, nil
	}
	return "", false, err
}

var (
	failedPackage = regexp.MustCompile(`(?m)^FAIL\t(\S+)(.*)`)
	running       = regexp.MustCompile(`running tests:\s+(\S+)`)
)

// judge reads the output of tests that failed, or of a build that did.
func (o *outcome) judge(out string) {
	o.Result = killed
	p := failedPackage.FindStringSubmatch(out)
	if p == nil || strings.Contains(p[2], "build failed") || strings.Contains(p[2], "setup failed") {
		o.Result, o.Said = uncompiled, firstOf(match(compiler, out), out)
		return
	}
	o.Package = p[1]
	crash := crashed.FindString(out)
	if tests := failed.FindAllStringSubmatch(out, -1); len(tests) > 0 {
		o.Test = tests[len(tests)-1][1] // the innermost of those that failed
	}
	if strings.Contains(crash, "test timed out") {
		o.Result, o.Test = hung, match(running, out)
	}
	o.Said = firstOf(crash, complaint(out))
}

var compiler = regexp.MustCompile(`(?m)^\S+\.go:\d+:\d+: (.+)`)

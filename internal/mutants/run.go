package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// verdict is what became of a mutant.
type verdict struct {
	patch     patch
	killed    bool
	by        string        // the test that failed
	how       string        // the first line of what it said
	schedules int           // run until then; 0: not an exploration
	elapsed   time.Duration // of the test that failed
	err       error         // the mutant could not be tried
}

// timeout is how long a mutant's tests may take. A mutant that hangs is not killed: the explorer
// finds what hangs.
const timeout = 10 * time.Minute

// try runs the tests that should fail with the patch applied. With nil as the patch's edits they
// run as they are.
func try(ctx context.Context, root string, p patch) verdict {
	v := verdict{patch: p}
	files, err := p.apply(os.DirFS(root))
	if err != nil {
		v.err = err
		return v
	}
	overlay, remove, err := writeOverlay(root, files)
	if err != nil {
		v.err = err
		return v
	}
	defer remove()
	out, err := goTest(ctx, root, p, overlay)
	var exit *exec.ExitError
	switch {
	case err == nil && strings.Contains(out, "no tests to run"):
		v.err = fmt.Errorf("%s has no test %s", p.pkg, p.tests)
	case err == nil:
	case !errors.As(err, &exit):
		v.err = err
	default:
		v.judge(out)
	}
	return v
}

func goTest(ctx context.Context, root string, p patch, overlay string) (string, error) {
	args := []string{"test", "-overlay", overlay, "-vet=off", "-count=1", "-failfast", "-p", "1",
		"-timeout", timeout.String(), "-run", p.tests}
	switch p.with {
	case "explore":
		args = append(args, "-tags", "explore", p.pkg)
	case "whole":
		args = append(args, "-tags", "explore", p.pkg, "-args", "-explore.whole")
	case "race":
		args = append(args, "-race", p.pkg)
	default:
		args = append(args, p.pkg)
	}
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = root
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// writeOverlay writes the changed files beside a list of them for the go command.
func writeOverlay(root string, files map[string]string) (name string, remove func(), err error) {
	dir, err := os.MkdirTemp("", "mutant")
	if err != nil {
		return "", nil, err
	}
	remove = func() { os.RemoveAll(dir) } //nolint:errcheck // a temporary folder
	replace := make(map[string]string)
	for file, text := range files {
		copied := filepath.Join(dir, strconv.Itoa(len(replace))+".go")
		if err := os.WriteFile(copied, []byte(text), 0o600); err != nil {
			remove()
			return "", nil, err
		}
		replace[filepath.Join(root, filepath.FromSlash(file))] = copied
	}
	list, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		remove()
		return "", nil, err
	}
	name = filepath.Join(dir, "overlay.json")
	return name, remove, os.WriteFile(name, list, 0o600)
}

var (
	failed    = regexp.MustCompile(`(?m)^ *--- FAIL: (\S+) \(([0-9.]+)s\)`)
	said      = regexp.MustCompile(`(?m)^ +\S+_test\.go:\d+: (.+)`)
	schedules = regexp.MustCompile(`(?m)^ +after (\d+) schedules`)
	raced     = regexp.MustCompile(`(?m)^WARNING: DATA RACE`)
	crashed   = regexp.MustCompile(`(?m)^(panic: .+|fatal error: .+)`)
)

// judge reads the output of tests that failed, or of a build that did.
func (v *verdict) judge(out string) {
	tests := failed.FindAllStringSubmatch(out, -1)
	crash := crashed.FindString(out)
	switch {
	case strings.Contains(crash, "test timed out"):
		v.err = fmt.Errorf("not killed, but it hangs:\n%s", out)
		return
	case len(tests) == 0 && crash == "":
		v.err = fmt.Errorf("it does not compile:\n%s", out)
		return
	}
	v.killed = true
	if len(tests) > 0 {
		last := tests[len(tests)-1] // the innermost of those that failed
		seconds, _ := strconv.ParseFloat(last[2], 64)
		v.by, v.elapsed = last[1], time.Duration(seconds*float64(time.Second))
	}
	v.how = firstOf(crash, raced.FindString(out), complaint(out))
	v.schedules, _ = strconv.Atoi(match(schedules, out))
}

func match(r *regexp.Regexp, text string) string {
	if m := r.FindStringSubmatch(text); m != nil {
		return m[1]
	}
	return ""
}

// complaint returns what a test said first, but for the figures of searches that went well.
func complaint(out string) string {
	for _, m := range said.FindAllStringSubmatch(out, -1) {
		if !strings.Contains(m[1], "more pruned), ") {
			return m[1]
		}
	}
	return ""
}

func firstOf(list ...string) string {
	for _, s := range list {
		if s != "" {
			return s
		}
	}
	return ""
}

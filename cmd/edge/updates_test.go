package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// v1 delivered to a module that does nothing with messages; here they are thrown away, and counted.
func TestLinksIntoAModuleThatTakesNone(t *testing.T) {
	const text = `{"modules": [
		{"name": "greeter", "loader": {"entrypoint": {"module.path": "libhello_world.so"}}, "args": null},
		{"name": "other", "loader": {"entrypoint": {"module.path": "libhello_world.so"}}, "args": null},
		{"name": "screen", "module": "console"}
	], "links": [{"source": "*", "sink": "greeter"}, {"source": "other", "sink": "screen"}]}`
	file := writeFile(t, "deaf.json", text)
	var out, errs watched
	if code := run(t.Context(), []string{"check", file}, streams{nil, &out, &errs}); code != exitOK {
		t.Fatalf("exit code %d\n%s", code, &errs)
	}
	if want := "note: link * -> greeter: hello_world takes no messages"; !strings.Contains(out.String(), want) {
		t.Errorf("no %q in\n%s", want, &out)
	}
	code, said := runUntil(t, "helloWorld", "run", file)
	if code != exitOK || !strings.Contains(said, addsUp) || !strings.Contains(said, "discarded") {
		t.Errorf("exit code %d\n%s", code, said)
	}
	ours := strings.Replace(text, `"loader": {"entrypoint": {"module.path": "libhello_world.so"}}`, `"module": "hello_world"`, 1)
	if code := run(t.Context(), []string{"check", writeFile(t, "ours.json", ours)}, streams{nil, &out, &errs}); code != exitUsage {
		t.Errorf("in our own form: exit code %d", code)
	}
}

// The documents of v1's dynamic sample are updates: with --update they run as they are.
func TestUpdatesOnTheCommandLine(t *testing.T) {
	base := writeFile(t, "base.json", `{"modules": [], "links": []}`)
	modules, links := examples+"v1/modules.json", examples+"v1/links.json"
	for file, want := range map[string]string{modules: "modules alone are an update", links: "links alone are an update"} {
		var out, errs watched
		if code := run(t.Context(), []string{"check", file}, streams{nil, &out, &errs}); code != exitUsage ||
			!strings.Contains(errs.String(), want) {
			t.Errorf("%s: exit code %d, no %q in\n%s", file, code, want, &errs)
		}
	}
	folder := t.TempDir()
	text, err := os.ReadFile(modules)
	if err != nil {
		t.Fatal(err)
	}
	log := filepath.Join(folder, "added.log")
	text = []byte(strings.Replace(string(text), "added.log", filepath.ToSlash(log), 1))
	modules = writeFile(t, "modules.json", string(text))
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var out, errs watched
	done := make(chan int)
	go func() {
		done <- run(ctx, []string{"run", base, "--update", modules, "--update", links}, streams{nil, &out, &errs})
	}()
	awaitFile(t, log, greeting)
	cancel()
	if code := <-done; code != exitOK {
		t.Errorf("exit code %d\n%s", code, &errs)
	}
	code := run(t.Context(), []string{"run", base, "--update", links}, streams{nil, &out, &errs})
	if code != exitUsage || !strings.Contains(errs.String(), "no module is named") {
		t.Errorf("links before their modules: exit code %d\n%s", code, &errs)
	}
}

// runUntil runs a command until its standard output has a word, and returns its exit code and what it said.
func runUntil(t *testing.T, word string, args ...string) (int, string) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var out, errs watched
	done := make(chan int)
	go func() { done <- run(ctx, args, streams{nil, &out, &errs}) }()
	out.await(t, word)
	cancel()
	return <-done, errs.String()
}

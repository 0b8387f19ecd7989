package moduletest

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/millrace/millrace/module"
	"go.uber.org/goleak"
)

// Kind is a kind of module under test. Everything runs in an empty working directory of its own,
// so relative paths in arguments are safe.
type Kind struct {
	Spec    module.Spec
	Args    string            // for the life of the module; "": the spec's example
	BadArgs []string          // each must be refused by Spec.Check or by Configure
	Files   map[string]string // path to content: what must exist before Open
	Stdin   string            // what the module finds on its standard input
}

// promptly is how long Stop may take: a module that works needs a small part of it, one that waits
// for something that never comes exceeds it.
const promptly = 3 * time.Second

// startingTime is how long a module is given to publish something of its own accord before it is
// stopped, so that it is stopped at work.
const startingTime = time.Second / 2

// Run holds a kind of module against the contract of package module.
func Run(t *testing.T, k Kind) {
	if k.Args == "" {
		k.Args = string(k.Spec.Example)
	}
	t.Run("spec is complete", k.complete)
	t.Run("configure opens nothing", k.configure)
	t.Run("bad arguments are refused", k.badArgs)
	t.Run("broken examples are refused", k.mutations)
	t.Run("no arguments do not panic", k.noArgs)
	t.Run("life", k.life)
}

func (k Kind) complete(t *testing.T) {
	if _, err := module.NewRegistry(k.Spec); err != nil {
		t.Fatal(err)
	}
	for _, args := range []string{string(k.Spec.Example), k.Args} {
		if err := k.accept(args); err != nil {
			t.Errorf("%s: %v", args, err)
		}
	}
}

func (k Kind) configure(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	before := goleak.IgnoreCurrent()
	if err := k.accept(k.Args); err != nil {
		t.Fatal(err)
	}
	if err := goleak.Find(before); err != nil {
		t.Errorf("Configure has started something: %v", err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		t.Errorf("Configure has made %s", e.Name())
	}
}

func (k Kind) badArgs(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, args := range k.BadArgs {
		if err := k.accept(args); err == nil {
			t.Errorf("%s: accepted", args)
		}
	}
}

// mutations breaks the example in every way that the spec speaks about. Configure sees what Check
// refuses as well: it may return an error or not, but never panic.
func (k Kind) mutations(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, args := range mutate(k.Spec) {
		if !k.Spec.AnyArgs && k.Spec.Check(args) == nil {
			t.Errorf("%s: accepted", args)
		}
		if err := k.configured(args); err != nil && k.Spec.AnyArgs {
			t.Errorf("%s: %v", args, err)
		}
	}
}

func (k Kind) noArgs(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, args := range []json.RawMessage{nil, json.RawMessage("null")} {
		refused := k.Spec.Check(args)
		if err := k.configured(args); err != nil && refused == nil {
			t.Logf("Check accepts %q, Configure does not: %v", args, err)
		}
	}
}

// accept checks and configures as a gateway does.
func (k Kind) accept(args string) error {
	if err := k.Spec.Check(json.RawMessage(args)); err != nil {
		return err
	}
	return k.configured(json.RawMessage(args))
}

func (k Kind) configured(args json.RawMessage) error {
	return k.Spec.New().Configure(args)
}

// life takes the module from Configure to Close. It receives before Start, in bursts, and again
// after it; between the two the memory of the first messages is used anew.
func (k Kind) life(t *testing.T) {
	t.Chdir(t.TempDir())
	k.lay(t)
	before := goleak.IgnoreCurrent()
	r := assemble(t, k.Spec.New(), Options{Stdin: strings.NewReader(k.Stdin)})
	if err := r.open(json.RawMessage(k.Args)); err != nil {
		_ = r.Stop()
		t.Fatal(err)
	}
	if r.receives {
		r.Feed(k.messages(100)...)
		r.AwaitReceived(100)
	}
	if err := r.start(); err != nil {
		t.Error(err)
	}
	if r.receives {
		r.Feed(k.messages(100)...)
	}
	if len(k.Spec.Writes) > 0 {
		r.collected.await(startingTime, func() bool { return len(r.collected.list) > 0 })
	}
	k.stop(t, r)
	k.published(t, r.Collected())
	if err := goleak.Find(before); err != nil {
		t.Errorf("left behind: %v", err)
	}
}

func (k Kind) stop(t *testing.T, r *Rig) {
	begun := time.Now()
	if err := r.Stop(); err != nil {
		t.Errorf("stop: %v", err)
	}
	if took := time.Since(begun); took > promptly {
		t.Errorf("stopping took %v", took)
	}
	for _, err := range r.ReceiveErrors() {
		t.Errorf("receive: %v", err)
	}
}

// published finds properties that the spec does not declare.
func (k Kind) published(t *testing.T, messages []Message) {
	undeclared := map[string]bool{}
	for _, m := range messages {
		for name := range m.Properties {
			undeclared[name] = !covered(name, k.Spec.Writes)
		}
	}
	for name, missing := range undeclared {
		if missing {
			t.Errorf("property %q is published, but Writes does not declare it", name)
		}
	}
}

func covered(name string, declared []module.Property) bool {
	for _, p := range declared {
		if p.Covers(name) {
			return true
		}
	}
	return false
}

func (k Kind) lay(t *testing.T) {
	for name, content := range k.Files {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// messages makes n messages with every property the spec reads and contents of many kinds.
func (k Kind) messages(n int) []Message {
	contents := []string{
		"", "text", `{"temperature": 10.00}`, "\x00\xff\x1b[31m", "naïve\r\nlines",
		strings.Repeat("long ", 1000),
	}
	list := make([]Message, n)
	for i := range list {
		m := Message{
			Properties: map[string]string{"Größe": "\u2028\x07 \"quoted\"", "index": fmt.Sprint(i)},
			Content:    contents[i%len(contents)],
		}
		for _, p := range k.Spec.Reads {
			m.Properties[strings.TrimSuffix(p.Name, "*")+"x"] = "unused"
			if !strings.HasSuffix(p.Name, "*") {
				m.Properties[p.Name] = fmt.Sprint(i % 2)
			}
		}
		list[i] = m
	}
	return list
}

package main

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
)

func TestRateReadsMultiples(t *testing.T) {
	for text, want := range map[string]rate{"250000": 250_000, "250k": 250_000, "1.5M": 1.5e6, "1e6": 1e6} {
		var got rate
		if err := got.Set(text); err != nil || got != want {
			t.Errorf("%s: got %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "k", "-1", "0", "NaN", "Inf", "1e10", "1001M", "5kk", "5 k"} {
		var got rate
		if err := got.Set(text); err == nil {
			t.Errorf("%q: got %v", text, got)
		}
	}
}

func TestCommandLineIsWhatAShellWouldRead(t *testing.T) {
	got := commandLine([]string{"run", "1to4", "--json", "it's a file", ""})
	if want := `loadgen run 1to4 --json 'it'\''s a file' ''`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestOutputKeepsWhatWasThereUntilItIsWhole(t *testing.T) {
	path := filepath.Join(t.TempDir(), "out")
	if err := os.WriteFile(path, []byte("before"), 0o600); err != nil {
		t.Fatal(err)
	}
	broken := errors.New("broken")
	for _, attempt := range []func(*output){
		func(o *output) { o.abandon() },
		func(o *output) {
			if err := o.write(func(io.Writer) error { return broken }); !errors.Is(err, broken) {
				t.Errorf("got %v", err)
			}
		},
	} {
		attempt(opened(t, path))
		wantFile(t, path, "before")
	}
	o := opened(t, path)
	if err := o.write(func(w io.Writer) error { _, err := io.WriteString(w, "after"); return err }); err != nil {
		t.Error(err)
	}
	o.abandon()
	wantFile(t, path, "after")
}

func opened(t *testing.T, path string) *output {
	t.Helper()
	o, err := openOutput(path)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// wantFile wants the file to hold the text and to be alone in its folder.
func wantFile(t *testing.T, path, want string) {
	t.Helper()
	got, err := os.ReadFile(path)
	if err != nil || string(got) != want {
		t.Errorf("got %q, %v; want %q", got, err, want)
	}
	if entries, _ := os.ReadDir(filepath.Dir(path)); len(entries) != 1 {
		t.Errorf("left behind: %v", entries)
	}
}

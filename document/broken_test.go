package document_test

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/millrace/millrace/document"
)

// Commit a rewritten golden file only if you understand the change.
var rewrite = flag.Bool("rewrite", false, "write the golden files of broken documents anew")

// environment is what the documents of the tests see.
func environment(name string) (string, bool) {
	value, found := map[string]string{
		"SECRET": "hunter2-is-the-password",
		"MAC":    "0A:0B:0C:0D:0E:0F",
		"PERIOD": "250",
		"YES":    "true",
		"DEEP":   "${SECRET}",
		"SITE":   "north",
		"QUOTED": `it's "so"`,
		"EMPTY":  "",
		"MARKED": "\ufeffmarked",
		"WHOLE":  "a = 'x' OR b IN ('y', 'z')",
	}[name]
	return value, found
}

var options = document.Options{Env: environment}

// onUnix are the documents of which something is said in the system's own words, or of its paths.
var onUnix = map[string]bool{"remote-addresses.json": true, "variables.json": true}

// TestBroken reads every document of testdata/broken and compares what is said about it.
func TestBroken(t *testing.T) {
	files := documents(t, "testdata/broken")
	if len(files) < 60 {
		t.Fatalf("%d broken documents; want 60 or more", len(files))
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			_, err := document.Load(file, kinds(t), options)
			var e *document.Error
			if !errors.As(err, &e) {
				t.Fatalf("got error %v; want an *Error", err)
			}
			if onUnix[filepath.Base(file)] && runtime.GOOS == "windows" {
				t.Skip("what is said of paths and files is Unix's")
			}
			if strings.Contains(e.Render(), "hunter2") {
				t.Errorf("a secret shows:\n%s", e.Render())
			}
			e.File = filepath.Base(file)
			golden(t, file+".golden", e.Render())
		})
	}
}

func documents(t testing.TB, folder string) []string {
	t.Helper()
	var files []string
	for _, pattern := range []string{"*.json", "*.yaml", "*.yml"} {
		found, err := filepath.Glob(filepath.Join(folder, pattern))
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, found...)
	}
	return files
}

func golden(t *testing.T, path, got string) {
	t.Helper()
	if *rewrite {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

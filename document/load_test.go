package document_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/millrace/millrace/document"
)

func parse(t testing.TB, name, text string) (*document.Document, *document.Error) {
	t.Helper()
	d, err := document.Parse(name, []byte(text), kinds(t), options)
	var e *document.Error
	if err != nil && !errors.As(err, &e) {
		t.Fatalf("got error %v; want an *Error", err)
	}
	return d, e
}

func TestUnreadableFile(t *testing.T) {
	folder := t.TempDir()
	for path, want := range map[string]string{
		filepath.Join(folder, "absent.json"): "absent.json: cannot be read: ",
		folder:                               ": cannot be read: it is a directory",
	} {
		_, err := document.Load(path, kinds(t), options)
		var e *document.Error
		if !errors.As(err, &e) || !strings.Contains(err.Error(), want) || len(e.Faults) != 1 {
			t.Errorf("got %v; want %q", err, want)
		}
		if e != nil && strings.Count(e.Render(), "\n") != 1 {
			t.Errorf("an excerpt of a file that was not read: %q", e.Render())
		}
	}
}

func TestOversizedFile(t *testing.T) {
	const limit = 4 << 20
	path := filepath.Join(t.TempDir(), "big.json")
	text := []byte(`{"modules": [], "links": []}`)
	text = append(text, bytes.Repeat([]byte{' '}, limit-len(text))...)
	for size, want := range map[int]string{limit: "", limit + 1: "larger than 4 MiB"} {
		if err := os.WriteFile(path, append(text, ' ')[:size], 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := document.Load(path, kinds(t), options)
		if want == "" && err != nil || want != "" && !strings.Contains(err.Error(), want) {
			t.Errorf("%d bytes: got %v; want %q", size, err, want)
		}
	}
}

// TestTextIsLeftAlone holds Parse to not writing to what it is given.
func TestTextIsLeftAlone(t *testing.T) {
	const text = `{"modules": [], /* none */ "links": [1,],}`
	given := []byte(text)
	if _, err := document.Parse("a.json", given, kinds(t), options); err == nil {
		t.Fatal("accepted")
	}
	if string(given) != text {
		t.Errorf("changed to %q", given)
	}
}

// TestManyMistakes holds the list of mistakes to its bound, and the rest to a count.
func TestManyMistakes(t *testing.T) {
	text := `{"modules": [], "links": [` + strings.Repeat(`{"sink": 1},`, 3000) + `{}]}`
	_, e := parse(t, "a.json", text)
	if e == nil || len(e.Faults) != 1000 || e.Omitted != 2*3000+2-1000 {
		t.Fatalf("got %d mistakes and %d omitted", len(e.Faults), e.Omitted)
	}
	if want := "a.json: and 5002 more mistakes, not listed"; !strings.HasSuffix(e.Error(), want) {
		t.Errorf("does not end in %q", want)
	}
}

// TestManyMistakesOfAKind: what is not listed is counted all the same, whatever it is.
func TestManyMistakesOfAKind(t *testing.T) {
	for name, link := range map[string]string{
		"unknown keys":     `{"source": "a", "sink": "b", "x": 1},`,
		"filters":          `{"source": "a", "sink": "b", "filter": "k ="},`,
		"values of a kind": `{"source": 1, "sink": [], "delivery": 5},`,
	} {
		count := func(n int) int {
			text := `{"modules": [], "links": [` + strings.Repeat(link, n) + `{}]}`
			_, e := parse(t, "a.json", text)
			if e == nil || len(e.Faults) > 1000 {
				t.Fatalf("%s: %d mistakes are listed", name, len(e.Faults))
			}
			return len(e.Faults) + e.Omitted
		}
		few, more, many := count(100), count(200), count(3000)
		if want := few + 29*(more-few); many != want || more == few {
			t.Errorf("%s: %d mistakes, want %d", name, many, want)
		}
	}
}

// TestTooManyValues holds both syntaxes to the bound on values, with and without aliases.
func TestTooManyValues(t *testing.T) {
	items := "[" + strings.Repeat("1,", 1<<18) + "1]"
	thousand := "&a [" + strings.Repeat("1,", 999) + "1]"
	for _, test := range []struct{ name, text, want string }{
		{"a.json", `{"modules": ` + items + `}`, "the document has more than 131072 values"},
		{"a.yaml", "modules: " + items, "the structure of more than 262144 values"},
		{"a.yaml", strings.Repeat("'' ", 1<<19+1), "the structure of more than 262144 values"},
		{"a.yaml", "modules: [" + thousand + strings.Repeat(", *a", 262) + "]",
			"more than 131072 values, aliases expanded"},
	} {
		_, e := parse(t, test.name, test.text)
		if e == nil || len(e.Faults) != 1 || !strings.Contains(e.Error(), test.want) {
			t.Errorf("%.40s: got %.200v; want %q", test.text, e, test.want)
		}
	}
}

// A string of nothing but variables takes memory for each: there may be so many.
func TestTooManyVariables(t *testing.T) {
	text := `{"modules": [{"name": "a", "module": "console", "args": {"b": "` +
		strings.Repeat("${A}", 1<<16+1) + `"}}], "links": []}`
	empty := document.Options{Env: func(string) (string, bool) { return "", true }}
	_, err := document.Parse("a.json", []byte(text), kinds(t), empty)
	if err == nil || !strings.Contains(err.Error(), "the document has more than 65536 variables; want fewer") {
		t.Errorf("got %.300v", err)
	}
}

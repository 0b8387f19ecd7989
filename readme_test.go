package millrace

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/millrace/millrace/document"
	"github.com/millrace/millrace/modules/standard"
)

// The README's program is examples/embed, which the compiler checks.
func TestReadmeShowsTheEmbedExample(t *testing.T) {
	readme, program := read(t, "README.md"), read(t, "examples/embed/main.go")
	_, shown, _ := strings.Cut(readme, "```go\n")
	shown, _, _ = strings.Cut(shown, "```")
	_, body, _ := strings.Cut(program, "func main() {\n")
	body, _, _ = strings.Cut(body, "}\n\nfunc must")
	if want := strings.ReplaceAll("\n"+body, "\n\t", "\n")[1:]; shown == "" || shown != want {
		t.Errorf("README.md shows\n%s\nbut examples/embed does\n%s", shown, want)
	}
}

// So is the one with package typed, which fits on a page of a phone.
func TestReadmeShowsTheTypedExample(t *testing.T) {
	readme, program := read(t, "README.md"), read(t, "examples/typed/main.go")
	_, shown, _ := strings.Cut(readme, "```go\ntype ")
	shown, _, _ = strings.Cut("type "+shown, "```")
	_, declared, _ := strings.Cut(program, "\ntype ")
	declared, body, _ := strings.Cut(declared, "\n\nfunc main() {")
	body, _, _ = strings.Cut(body, "}\n\nfunc must")
	if want := "type " + declared + strings.ReplaceAll(body, "\n\t", "\n"); shown == "" || shown != want {
		t.Errorf("README.md shows\n%s\nbut examples/typed does\n%s", shown, want)
	}
	if n := strings.Count(shown, "\n"); n > 15 {
		t.Errorf("it has %d lines", n)
	}
}

// The README's gateway document passes the check.
func TestReadmeShowsAGoodDocument(t *testing.T) {
	_, shown, _ := strings.Cut(read(t, "README.md"), "```json\n")
	shown, _, _ = strings.Cut(shown, "```")
	kinds, err := standard.Registry()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := document.Parse("README.json", []byte(shown), kinds, document.Options{}); err != nil {
		t.Error(err)
	}
}

// The same program takes fewer lines with the engine than with channels; examples/README.md says how many.
func TestTheEngineTakesFewerLinesThanChannels(t *testing.T) {
	said := read(t, "examples/README.md")
	for name, words := range map[string]string{
		"engine": "with the engine, in %d lines of code", "channels": "with channels, in %d,",
	} {
		n := 0
		for line := range strings.Lines(read(t, "examples/fanin/"+name+"/main.go")) {
			if code := strings.TrimSpace(line); code != "" && !strings.HasPrefix(code, "//") {
				n++
			}
		}
		if want := fmt.Sprintf(words, n); !strings.Contains(said, want) {
			t.Errorf("examples/README.md does not say %q", want)
		}
	}
}

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

package millrace

import (
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

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

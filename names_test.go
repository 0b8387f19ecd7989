package millrace

import (
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// devices are the names that Windows keeps for itself, whatever the ending and the case.
var devices = regexp.MustCompile(`(?i)^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³]) *(\..*)?$`)

// nameProblem says which system cannot have a file of that name; "" if all can.
func nameProblem(name string) string {
	switch {
	case devices.MatchString(name):
		return "the name of a device on Windows"
	case strings.ContainsFunc(name, func(r rune) bool { return r < ' ' || r > '~' || strings.ContainsRune(`<>:"\|?*`, r) }):
		return "a character that some systems do not allow in names, or write in another way"
	case strings.HasSuffix(name, ".") || strings.HasSuffix(name, " ") || strings.HasPrefix(name, " "):
		return "a dot or a blank at an end, which Windows takes away"
	case len(name) > 120:
		return "longer than the paths of some systems have room for"
	}
	return ""
}

// A repository can be checked out on every system: no name is reserved, and none is another one in
// other case.
func TestNamesAreNamesEverywhere(t *testing.T) {
	seen := make(map[string]string)
	err := filepath.WalkDir(".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && slices.Contains([]string{".git", ".build"}, entry.Name()) {
			return filepath.SkipDir
		}
		if problem := nameProblem(entry.Name()); problem != "" && path != "." {
			t.Errorf("%s: %s", path, problem)
		}
		folded := strings.ToLower(path)
		if other, taken := seen[folded]; taken {
			t.Errorf("%s and %s are one file where case does not count", path, other)
		}
		seen[folded] = path
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestNameProblems(t *testing.T) {
	for _, name := range []string{"nul", "NUL.json", "aux.c", "com1", "LPT9.tar.gz", "con .txt", "a:b", "a.", "a ", "é"} {
		if nameProblem(name) == "" {
			t.Errorf("%q passes", name)
		}
	}
	for _, name := range []string{"null.json", "nul-byte.json", "console.go", "com10", "auxiliary.c", ".gitignore"} {
		if problem := nameProblem(name); problem != "" {
			t.Errorf("%q: %s", name, problem)
		}
	}
}

package file_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/millrace/millrace/module/moduletest"
	"github.com/millrace/millrace/modules/file"
)

// followed is a file that is written to while the module follows it.
type followed struct {
	*moduletest.Rig
	t    *testing.T
	path string
}

func follow(t *testing.T, name string) followed {
	f := followed{t: t, path: filepath.Join(t.TempDir(), name)}
	args := fmt.Sprintf(`{"path":%q,"follow":true}`, filepath.ToSlash(f.path))
	f.Rig = moduletest.Start(t, file.Spec(), args, moduletest.Options{})
	return f
}

func (f followed) append(text string) {
	f.t.Helper()
	file, err := os.OpenFile(f.path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		f.t.Fatal(err)
	}
	if _, err := file.WriteString(text); err != nil {
		f.t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		f.t.Fatal(err)
	}
}

// expect waits for as many messages and compares their contents.
func (f followed) expect(want ...string) {
	f.t.Helper()
	got := contents(f.Await(len(want)))
	if strings.Join(got, "|") != strings.Join(want, "|") {
		f.t.Fatalf("%q, want %q", got, want)
	}
}

func TestFollowGrowing(t *testing.T) {
	f := follow(t, "app.log")
	f.append("one\ntw")
	f.expect("one")
	f.append("o\nthree\n")
	f.expect("one", "two", "three")
}

func TestFollowRotation(t *testing.T) {
	f := follow(t, "app.log")
	f.append("one\nlast without an end")
	f.expect("one")
	if err := os.Rename(f.path, f.path+".1"); err != nil {
		t.Skip("a file that is being read cannot be renamed here:", err)
	}
	f.append("two\n")
	f.expect("one", "last without an end", "two")
	if err := os.Remove(f.path); err != nil {
		t.Fatal(err)
	}
	f.append("three\n")
	f.expect("one", "last without an end", "two", "three")
}

func TestFollowTruncation(t *testing.T) {
	f := follow(t, "app.log")
	f.append("a longer first line\nhalf a li")
	f.expect("a longer first line")
	if err := os.Truncate(f.path, 0); err != nil {
		t.Fatal(err)
	}
	f.expect("a longer first line", "half a li")
	f.append("two\n")
	f.expect("a longer first line", "half a li", "two")
}

// TestFollowCSV: the file that takes the place of another one has a header of its own.
func TestFollowCSV(t *testing.T) {
	f := follow(t, "app.csv")
	f.append("kind,value\ncpu,1\n")
	f.expect("cpu,1")
	if err := os.Truncate(f.path, 0); err != nil {
		t.Fatal(err)
	}
	f.AwaitLog("replaced or truncated")
	f.append("value,kind\n2,memory\n")
	f.expect("cpu,1", "2,memory")
	if got := f.Collected()[1].Properties; got["kind"] != "memory" {
		t.Errorf("%v", got)
	}
}

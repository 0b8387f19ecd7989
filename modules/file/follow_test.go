package file_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/millrace/millrace/module/moduletest"
	"github.com/millrace/millrace/modules/file"
)

// followed is a file that is written to while the module follows it.
type followed struct {
	*moduletest.Rig
	t    *testing.T
	path string
}

func follow(t *testing.T, name, rotateWait string) followed {
	f := followed{t: t, path: filepath.Join(t.TempDir(), name)}
	args := fmt.Sprintf(`{"path":%q,"follow":true,"rotateWait":%q}`, filepath.ToSlash(f.path), rotateWait)
	f.Rig = moduletest.Start(t, file.Spec(), args, moduletest.Options{})
	return f
}

func (f followed) append(text string) { f.appendTo(f.path, text) }

func (f followed) appendTo(path, text string) {
	f.t.Helper()
	file, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
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
	f := follow(t, "app.log", "0s")
	f.append("one\ntw")
	f.expect("one")
	f.append("o\nthree\n")
	f.expect("one", "two", "three")
}

func TestFollowRotation(t *testing.T) {
	f := follow(t, "app.log", "0s")
	f.append("one\nlast without an end")
	f.expect("one")
	if err := os.Rename(f.path, f.path+".1"); err != nil {
		t.Skip("a file that is being read cannot be renamed here:", err)
	}
	f.append("two\n")
	f.expect("one", "last without an end", "two")
	f.AwaitLog("replaced")
	if err := os.Remove(f.path); err != nil {
		t.Fatal(err)
	}
	f.append("three\n")
	f.expect("one", "last without an end", "two", "three")
}

func TestFollowTruncation(t *testing.T) {
	f := follow(t, "app.log", "0s")
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
	f := follow(t, "app.csv", "0s")
	f.append("kind,value\ncpu,1\n")
	f.expect("cpu,1")
	if err := os.Truncate(f.path, 0); err != nil {
		t.Fatal(err)
	}
	f.AwaitLog("truncated or rewritten")
	f.append("value,kind\n2,memory\n")
	f.expect("cpu,1", "2,memory")
	if got := f.Collected()[1].Properties; got["kind"] != "memory" {
		t.Errorf("%v", got)
	}
}

// must fails the test if a step of it did not work.
func (f followed) must(err error) {
	f.t.Helper()
	if err != nil {
		f.t.Fatal(err)
	}
}

// TestFollowLateWrites: a writer goes on with the file that was renamed, after the new one is there,
// as it does until logrotate has told it.
func TestFollowLateWrites(t *testing.T) {
	f := follow(t, "app.log", "1h")
	f.append("one\n")
	f.expect("one")
	f.must(os.Rename(f.path, f.path+".1"))
	f.append("")
	f.AwaitLog("replaced")
	f.appendTo(f.path+".1", "two\n")
	f.expect("one", "two")
	f.appendTo(f.path+".1", "three\nfour, ")
	f.append("six\n")
	f.expect("one", "two", "three")
	f.appendTo(f.path+".1", "five\n")
	f.expect("one", "two", "three", "four, five", "six")
}

// TestFollowTwoRotations: the file between two rotations is read although it had the name shortly.
func TestFollowTwoRotations(t *testing.T) {
	f := follow(t, "app.log", "1h")
	f.append("one\n")
	f.expect("one")
	f.must(os.Rename(f.path, f.path+".2"))
	f.append("")
	f.AwaitLog("replaced")
	f.must(os.Rename(f.path, f.path+".1"))
	f.appendTo(f.path+".2", "two\n")
	f.appendTo(f.path+".1", "three\n")
	f.append("four\n")
	f.expect("one", "two", "three", "four")
}

// TestFollowRenamedBack: the name leads to the old file again.
func TestFollowRenamedBack(t *testing.T) {
	f := follow(t, "app.log", "1h")
	f.append("one\n")
	f.expect("one")
	f.must(os.Rename(f.path, f.path+".1"))
	f.append("two\n")
	f.expect("one", "two")
	f.must(os.Rename(f.path+".1", f.path))
	f.append("three\n")
	f.expect("one", "two", "three")
}

// TestFollowCopyTruncate: the file is truncated and has grown beyond its old length before the next
// look at it.
func TestFollowCopyTruncate(t *testing.T) {
	f := follow(t, "app.log", "0s")
	f.append("one\n")
	f.expect("one")
	f.must(os.Truncate(f.path, 0))
	f.append("first line\nsecond line\n")
	f.expect("one", "first line", "second line")
	f.AwaitLog("truncated or rewritten")
	f.AwaitLog("lostBytesEstimate=")
}

// TestFollowRewriting: as much text, and other text, in the same place.
func TestFollowRewriting(t *testing.T) {
	f := follow(t, "app.log", "0s")
	f.append("one\ntwo\n")
	f.expect("one", "two")
	f.must(os.WriteFile(f.path, []byte("six\ntwo\n"), 0o600))
	f.expect("one", "two", "six", "two")
	long := strings.Repeat("long\n", 1000)
	f.append(long)
	f.Await(1004)
	f.must(os.WriteFile(f.path, []byte("ten\ntwo\n"+long), 0o600))
	if got := contents(f.Await(1004 + 1002)); got[1004] != "ten" {
		t.Errorf("%q", got[1004])
	}
}

// TestFollowLikeBeginnings: the file that has been written anew begins as the old one did.
func TestFollowLikeBeginnings(t *testing.T) {
	f := follow(t, "app.log", "0s")
	header := strings.Repeat("a header that each file has\n", 20)
	f.append(header + "one\n")
	f.Await(21)
	f.must(os.WriteFile(f.path, []byte(header+"two\nthree\n"), 0o600))
	if got := contents(f.Await(21 + 22))[41:]; got[0] != "two" || got[1] != "three" {
		t.Errorf("%q", got)
	}
}

// TestFollowTouched: what has not changed is not read again.
func TestFollowTouched(t *testing.T) {
	f := follow(t, "app.log", "0s")
	f.append("one\n")
	f.expect("one")
	f.must(os.Chtimes(f.path, time.Time{}, time.Now()))
	f.append("two\n")
	f.expect("one", "two")
}

// TestFollowHole: a writer that does not append goes on at its old offset in the truncated file.
func TestFollowHole(t *testing.T) {
	f := follow(t, "app.log", "0s")
	out, err := os.Create(f.path)
	f.must(err)
	defer out.Close()
	write := func(text string) {
		t.Helper()
		_, err := out.WriteString(text)
		f.must(err)
	}
	write(strings.Repeat("long\n", 40_000))
	f.Await(40_000)
	f.must(os.Truncate(f.path, 0))
	write("one\n")
	f.Await(40_001)
	f.AwaitLog("NULs before the text")
	write("two\n")
	if got := contents(f.Await(40_002))[40_000:]; got[0] != "one" || got[1] != "two" {
		t.Errorf("%q", got)
	}
	f.must(f.Stop())
	if !strings.Contains(f.Logged(), "total=200000") {
		t.Error(f.Logged())
	}
}

// TestFollowThroughTrouble: something else stands in the file's place for a while.
func TestFollowThroughTrouble(t *testing.T) {
	for name, obstruct := range map[string]func(path string) error{
		"a folder":         func(path string) error { return os.Mkdir(path, 0o700) },
		"a link to itself": func(path string) error { return os.Symlink(path, path) },
	} {
		t.Run(name, func(t *testing.T) {
			f := follow(t, "app.log", "0s")
			f.append("one\n")
			f.expect("one")
			f.must(os.Rename(f.path, f.path+".1"))
			if err := obstruct(f.path); err != nil {
				t.Skip("not here:", err)
			}
			f.AwaitLog("cannot be read for now")
			f.appendTo(f.path+".1", "two\n")
			f.expect("one", "two")
			f.must(os.Remove(f.path))
			f.append("three\n")
			f.expect("one", "two", "three")
			f.AwaitLog("can be read again")
			if n := strings.Count(f.Logged(), "cannot be read"); n != 1 {
				t.Errorf("said %d times", n)
			}
		})
	}
}

// TestFollowUnreadable: the new file may be read only later, when there is something in it.
func TestFollowUnreadable(t *testing.T) {
	if os.Geteuid() <= 0 {
		t.Skip("everything can be read here")
	}
	f := follow(t, "app.log", "0s")
	f.append("one\n")
	f.expect("one")
	f.must(os.Rename(f.path, f.path+".1"))
	f.must(os.WriteFile(f.path+".new", []byte("two\n"), 0))
	f.must(os.Rename(f.path+".new", f.path))
	f.AwaitLog("cannot be read for now")
	f.must(os.Chmod(f.path, 0o600))
	f.append("three\n")
	f.expect("one", "two", "three")
	f.AwaitLog("can be read again")
}

// TestFollowCompressed: what rotation has compressed is not taken for text.
func TestFollowCompressed(t *testing.T) {
	f := follow(t, "app.log", "0s")
	f.append(zip(t, "one\n"))
	f.AwaitLog("gzip data cannot be followed")
	f.must(os.Remove(f.path))
	f.append("two\n")
	f.expect("two")
}

// TestFollowStopped: what has no line end when it stops is told.
func TestFollowStopped(t *testing.T) {
	f := follow(t, "app.log", "0s")
	f.append("one\nunfinished")
	f.expect("one")
	if err := f.Stop(); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(f.Logged(), "unreadBytes=10") {
		t.Errorf("log:\n%s", f.Logged())
	}
}

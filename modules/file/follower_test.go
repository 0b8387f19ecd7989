package file

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// TestFollowerReadsOldFileToItsEnd: what is written to a file between the last read and its
// rotation is read, before the new file.
func TestFollowerReadsOldFileToItsEnd(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.log")
	write := func(text string) {
		t.Helper()
		f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.WriteString(text); err != nil {
			t.Fatal(err)
		}
		f.Close()
	}
	write("one\n")
	f, err := openFollower(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	into := make([]byte, 100)
	expect := func(want string) {
		t.Helper()
		if n, err := f.readFile(into); err != nil || string(into[:n]) != want {
			t.Fatalf("%q, %v; want %q", into[:n], err, want)
		}
	}
	expect("one\n")
	expect("")
	write("two\n")
	if err := os.Rename(path, path+".1"); err != nil {
		t.Skip("a file that is being read cannot be renamed here:", err)
	}
	write("three\n")
	if moved, err := f.look(); !moved || err != nil {
		t.Fatal(moved, err)
	}
	expect("two\n")
	expect("")
	if moved, err := f.look(); !moved || !errors.Is(err, errReplaced) {
		t.Fatal(moved, err)
	}
	if moved, err := f.look(); !moved || err != nil {
		t.Fatal(moved, err)
	}
	expect("three\n")
}

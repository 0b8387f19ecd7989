//go:build unix

package file_test

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/millrace/millrace/module/moduletest"
	"github.com/millrace/millrace/modules/file"
)

// TestFollowPipe: one writer after another, each ending inside a line or not.
func TestFollowPipe(t *testing.T) {
	f := followed{t: t, path: filepath.Join(t.TempDir(), "pipe")}
	if err := syscall.Mkfifo(f.path, 0o600); err != nil {
		t.Skip("no named pipes here:", err)
	}
	f.Rig = moduletest.Start(t, file.Spec(), `{"format":"lines","follow":true,"path":"`+f.path+`"}`,
		moduletest.Options{})
	f.append("one\ntwo, ")
	f.expect("one", "two, ")
	out, err := os.OpenFile(f.path, os.O_WRONLY, 0)
	f.must(err)
	for _, text := range []string{"thr", "ee\nfo", "ur\n"} {
		_, err := out.WriteString(text)
		f.must(err)
	}
	f.expect("one", "two, ", "three", "four")
	f.must(out.Close())
	f.append("five\n")
	f.expect("one", "two, ", "three", "four", "five")
}

// TestFollowPipeReplaced: a file takes the pipe's name.
func TestFollowPipeReplaced(t *testing.T) {
	f := followed{t: t, path: filepath.Join(t.TempDir(), "pipe")}
	if err := syscall.Mkfifo(f.path, 0o600); err != nil {
		t.Skip("no named pipes here:", err)
	}
	f.Rig = moduletest.Start(t, file.Spec(),
		`{"format":"lines","follow":true,"rotateWait":0,"path":"`+f.path+`"}`, moduletest.Options{})
	f.append("one\n")
	f.expect("one")
	f.must(os.Remove(f.path))
	f.append("two\n")
	f.expect("one", "two")
}

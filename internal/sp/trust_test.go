package sp

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

func TestStrange(t *testing.T) {
	for _, c := range []struct {
		uid, own int
		trusted  []int
		want     bool
	}{
		{1000, 1000, nil, false},
		{0, 1000, nil, false},
		{1001, 1000, nil, true},
		{1001, 0, nil, true}, // root would hand it everything
		{1001, 1000, []int{1001}, false},
		{1002, 1000, []int{1001}, true},
	} {
		if got := strange(c.uid, c.own, c.trusted); got != c.want {
			t.Errorf("%+v: %v", c, got)
		}
	}
}

// Whatever the umask, a socket is its user's alone, and so is a folder that is made for it.
func TestSocketsArePrivate(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("ipc is named pipes here")
	}
	folder := filepath.Join(t.TempDir(), "new")
	path := filepath.Join(folder, "s")
	defer umask(umask(0))
	l, err := Listen(Address(ipcScheme+path), 1)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	for name, want := range map[string]os.FileMode{path: 0o600, folder: 0o700} {
		info, err := os.Stat(name)
		if err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v; want %v", name, info.Mode(), err, want)
		}
	}
}

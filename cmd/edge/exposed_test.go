package main

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func TestExposedDocuments(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("modes say nothing here")
	}
	for _, c := range []struct {
		file, folder os.FileMode
		want         []string
	}{
		{0o644, 0o755, nil},
		{0o660, 0o770, nil},
		{0o646, 0o755, []string{"write to"}},
		{0o644, 0o777, []string{"replace files"}},
		{0o644, 0o777 | os.ModeSticky, nil},
		{0o666, 0o777, []string{"write to", "replace files"}},
	} {
		folder := filepath.Join(t.TempDir(), "d")
		if err := os.Mkdir(folder, 0o700); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(folder, "a.json")
		if err := os.WriteFile(path, []byte("{}"), 0o600); err != nil {
			t.Fatal(err)
		}
		link := filepath.Join(t.TempDir(), "link.json")
		for _, err := range []error{os.Chmod(path, c.file), os.Chmod(folder, c.folder), os.Symlink(path, link)} {
			if err != nil {
				t.Fatal(err)
			}
		}
		for _, name := range []string{path, link} {
			got := exposed(name)
			if len(got) != len(c.want) {
				t.Errorf("%s, %v in %v: %q; want %q", filepath.Base(name), c.file, c.folder, got, c.want)
				continue
			}
			for i, why := range got {
				if !strings.Contains(why, c.want[i]) {
					t.Errorf("%q; want %q", why, c.want[i])
				}
			}
		}
	}
}

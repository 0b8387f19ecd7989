package logger_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/millrace/millrace/module/moduletest"
	"github.com/millrace/millrace/modules/logger"
)

func start(t *testing.T, path, more string) *moduletest.Rig {
	t.Helper()
	args := fmt.Sprintf(`{"filename":%q%s}`, filepath.ToSlash(path), more)
	return moduletest.Start(t, logger.Spec(), args, moduletest.Options{})
}

func stop(t *testing.T, rig *moduletest.Rig) {
	t.Helper()
	if err := errors.Join(rig.Stop(), errors.Join(rig.ReceiveErrors()...)); err != nil {
		t.Fatal(err)
	}
}

// TestNULTail: what a power failure leaves is cut off, with a warning.
func TestNULTail(t *testing.T) {
	for _, format := range []string{"v1", "jsonl"} {
		for _, nuls := range []int{1, 100, 200_000} {
			path := filepath.Join(t.TempDir(), "log")
			run(t, path, format, sample("one"))
			before := size(t, path)
			if err := os.Truncate(path, before+int64(nuls)); err != nil {
				t.Fatal(err)
			}
			rig := run(t, path, format, sample("two"))
			if !strings.Contains(rig.Logged(), "cut off") || !strings.Contains(rig.Logged(), fmt.Sprint("bytes=", nuls)) {
				t.Errorf("%s: log:\n%s", format, rig.Logged())
			}
			text, err := os.ReadFile(path)
			if err != nil || bytes.IndexByte(text, 0) >= 0 || int64(len(text)) <= before {
				t.Errorf("%s: %v: %q", format, err, text)
			}
			if format == "v1" && len(readArray(t, path)) != 6 {
				t.Errorf("%s", text)
			}
		}
	}
}

// TestNULsOnly: the file was made, and nothing else came to the disk.
func TestNULsOnly(t *testing.T) {
	for _, format := range []string{"v1", "jsonl"} {
		path := filepath.Join(t.TempDir(), "log")
		if err := os.WriteFile(path, make([]byte, 100), 0o600); err != nil {
			t.Fatal(err)
		}
		run(t, path, format, sample("one"))
		if text, err := os.ReadFile(path); err != nil || bytes.IndexByte(text, 0) >= 0 || len(text) == 0 {
			t.Errorf("%s: %v: %q", format, err, text)
		}
	}
}

// TestMoved: the log goes on under its name after somebody has moved the file or removed it.
func TestMoved(t *testing.T) {
	for _, format := range []string{"v1", "jsonl"} {
		path := filepath.Join(t.TempDir(), "log")
		rig := start(t, path, `,"format":"`+format+`"`)
		rig.Feed(sample("one"))
		rig.AwaitReceived(1)
		if err := os.Rename(path, path+".1"); err != nil {
			t.Skip("an open file cannot be renamed here:", err)
		}
		fed := 1
		for !strings.Contains(rig.Logged(), "has been moved") {
			rig.Feed(sample("two"))
			fed++
			rig.AwaitReceived(fed)
		}
		stop(t, rig)
		if n := count(t, path+".1") + count(t, path); n != fed {
			t.Errorf("%s: %d records of %d", format, n, fed)
		}
		if strings.Contains(rig.Logged(), "WARN") {
			t.Errorf("%s: log:\n%s", format, rig.Logged())
		}
		if count(t, path) == 0 {
			t.Errorf("%s: nothing in the new file", format)
		}
	}
}

// count returns the number of messages in a log file of any kind, which must be whole.
func count(t *testing.T, path string) (n int) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if strings.HasSuffix(path, ".gz") {
		r, err := gzip.NewReader(bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		if text, err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
	}
	if bytes.HasPrefix(text, []byte("[")) && !json.Valid(text) {
		t.Fatalf("%s: %s", path, text)
	}
	return bytes.Count(text, []byte(`"properties"`))
}

// TestRotation: everything is in one of the files, each is whole, and none is much too large.
func TestRotation(t *testing.T) {
	for _, format := range []string{"v1", "jsonl"} {
		for _, zip := range []bool{false, true} {
			dir := t.TempDir()
			path := filepath.Join(dir, "log.txt")
			rig := start(t, path, fmt.Sprintf(`,"format":%q,"maxSize":"4KiB","gzip":%v`, format, zip))
			const fed = 500
			for i := range fed {
				rig.Feed(sample(fmt.Sprint("a message with some text in it, number ", i)))
				rig.AwaitReceived(i + 1)
			}
			stop(t, rig)
			files, err := os.ReadDir(dir)
			if err != nil || len(files) < 10 {
				t.Fatal(len(files), err)
			}
			n := 0
			for _, f := range files {
				n += count(t, filepath.Join(dir, f.Name()))
				if s := size(t, filepath.Join(dir, f.Name())); s > 4096+100 {
					t.Errorf("%s has %d bytes", f.Name(), s)
				}
				if old := f.Name() != "log.txt"; old && zip != strings.HasSuffix(f.Name(), ".gz") {
					t.Errorf("%s, with gzip %v", f.Name(), zip)
				}
			}
			if n != fed {
				t.Errorf("%s, gzip %v: %d messages in %d files, want %d", format, zip, n, len(files), fed)
			}
		}
	}
}

// TestRotationBehindALink: the file is moved, and the link goes on leading to the log.
func TestRotationBehindALink(t *testing.T) {
	dir, disk := t.TempDir(), t.TempDir()
	link := filepath.Join(dir, "log.txt")
	if err := os.Symlink(filepath.Join(disk, "real.txt"), link); err != nil {
		t.Skip("no links here:", err)
	}
	rig := start(t, link, `,"maxSize":"4KiB"`)
	const fed = 100
	for i := range fed {
		rig.Feed(sample(fmt.Sprint("a message with some text in it, number ", i)))
		rig.AwaitReceived(i + 1)
	}
	stop(t, rig)
	files, err := os.ReadDir(disk)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, f := range files {
		n += count(t, filepath.Join(disk, f.Name()))
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 || n != fed || len(files) < 3 {
		t.Errorf("%d of %d in %d files; the link is %v, %v", n, fed, len(files), info.Mode(), err)
	}
}

func TestRotationKeeps(t *testing.T) {
	dir := t.TempDir()
	rig := start(t, filepath.Join(dir, "log.txt"), `,"maxSize":"4KiB","keep":2,"maxAge":"48h"`)
	for i := range 300 {
		rig.Feed(sample(fmt.Sprint("a message with some text in it, number ", i)))
		rig.AwaitReceived(i + 1)
	}
	stop(t, rig)
	if files, err := os.ReadDir(dir); err != nil || len(files) != 3 {
		t.Errorf("%d files, want 3; %v", len(files), err)
	}
}

// TestLogThatIsAFolder: if no other file can be begun the error is the message's, and the next one
// finds the log in order.
func TestMoveToWhatCannotBeBegun(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log")
	rig := start(t, path, "")
	if err := os.Rename(path, path+".1"); err != nil {
		t.Skip("an open file cannot be renamed here:", err)
	}
	if err := os.Mkdir(path, 0o700); err != nil {
		t.Fatal(err)
	}
	fed := 0
	for !strings.Contains(rig.Logged(), "going on with the old one") {
		rig.Feed(sample("one"))
		fed++
		rig.AwaitReceived(fed)
	}
	stop(t, rig)
	if n := count(t, path+".1"); n != fed {
		t.Errorf("%d records of %d", n, fed)
	}
}

func TestContent(t *testing.T) {
	for _, c := range []struct{ mode, content, want string }{
		{"auto", `{"a": [1, "x\u202e` + "\u202e\u0085" + `"]}`, `"content":{"a":[1,"x\u202e\u202e\u0085"]}`},
		{"auto", " [1,\n2] ", `"content":[1,2]`},
		{"auto", `12`, `"content":"12"`},
		{"auto", `{"a":`, `"content":"{\"a\":"`},
		{"auto", "{\"a\":\"\xff\"}", `"contentBase64":"eyJhIjoi/yJ9"`},
		{"auto", "\xff", `"contentBase64":"/w=="`},
		{"text", `{"a":1}`, `"content":"{\"a\":1}"`},
		{"text", "\xff", `"contentBase64":"/w=="`},
		{"base64", "hi", `"contentBase64":"aGk="`},
		{"json", ` 1e3 `, `"content":1e3`},
		{"json", `"a\"b\\"`, `"content":"a\"b\\"`},
		{"json", "text", `"contentBase64":"dGV4dA=="`},
		{"json", "", `"contentBase64":""`},
	} {
		path := filepath.Join(t.TempDir(), "log.jsonl")
		rig := start(t, path, `,"format":"jsonl","content":"`+c.mode+`"`)
		rig.Feed(sample(c.content))
		stop(t, rig)
		text, err := os.ReadFile(path)
		if err != nil || !json.Valid(text) || !strings.HasSuffix(string(text), ","+c.want+"}\n") {
			t.Errorf("%s, %q: %v: %s\nwant %s", c.mode, c.content, err, text, c.want)
		}
	}
}

func TestArgumentsRefused(t *testing.T) {
	for args, want := range map[string]string{
		`{"filename":"x","content":"text"}`: `content: content without the format jsonl; want "format": "jsonl", or no content`,
		`{"filename":"x","keep":1,"gzip":true}`: "keep: keep without maxSize; want \"maxSize\": \"64MiB\", or no keep\n" +
			"gzip: gzip without maxSize; want \"maxSize\": \"64MiB\", or no gzip",
		`{"filename":"x","maxSize":"1kB"}`: "maxSize: 1kB is too small; want 4KiB or more",
		`{"filename":"x","maxSize":"64"}`: `maxSize: "64" does not have the right form; want a text that matches ` +
			`[1-9][0-9]{0,9} ?([kMG]B|[KMG]iB)`,
		`{"filename":"x","maxSize":"1MiB","maxAge":"1h"}`: "maxAge: \"1h\" is too small; want 86400000 milliseconds or more",
	} {
		spec := logger.Spec()
		err := spec.Check([]byte(args))
		if err == nil {
			err = spec.New().Configure([]byte(args))
		}
		if err == nil || err.Error() != want {
			t.Errorf("%s:\n got %v\nwant %s", args, err, want)
		}
	}
}

func TestMode(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no such modes here")
	}
	path := filepath.Join(t.TempDir(), "log")
	run(t, path, "v1", sample("one"))
	if info, err := os.Stat(path); err != nil || info.Mode().Perm()&^0o640 != 0 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
}

// TestLinks: a link is followed if it is this user's, and refused if it is another's.
func TestLinks(t *testing.T) {
	dir := t.TempDir()
	target, link := filepath.Join(dir, "target"), filepath.Join(dir, "link")
	if err := os.Symlink(target, link); err != nil {
		t.Skip("no links here:", err)
	}
	run(t, link, "v1", sample("one"))
	if count(t, target) != 1 {
		t.Error("nothing in the file that the link leads to")
	}
	if err := os.Lchown(link, 12345, 12345); err != nil {
		t.Skip("only root can give a link away:", err)
	}
	if _, err := open(link, "v1"); err == nil || !strings.Contains(err.Error(), "belongs to another user") {
		t.Error(err)
	}
}

package logger

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var errFull = errors.New("no space left on device")

// crammed is a file on a disk that has room for so many bytes more.
type crammed struct {
	*os.File
	room  int
	stuck bool // it cannot be truncated either
}

func (c *crammed) fit(p []byte) (part []byte, err error) {
	if len(p) > c.room {
		p, err = p[:c.room], errFull
	}
	c.room -= len(p)
	return p, err
}

func (c *crammed) Write(p []byte) (int, error) {
	part, full := c.fit(p)
	n, err := c.File.Write(part)
	return n, errors.Join(err, full)
}

func (c *crammed) WriteAt(p []byte, at int64) (int, error) {
	part, full := c.fit(p)
	n, err := c.File.WriteAt(part, at)
	return n, errors.Join(err, full)
}

func (c *crammed) Truncate(size int64) error {
	if c.stuck {
		return errFull
	}
	return c.File.Truncate(size)
}

var quiet = slog.New(slog.DiscardHandler)

// TestFullDiskTearsNoLine: whatever part of a batch the disk takes, the records before and after it
// are whole lines of their own, also if the part cannot be taken back, or somebody has appended.
func TestFullDiskTearsNoLine(t *testing.T) {
	const first, batch, last = `{"a":1}` + "\n", `{"b":1}` + "\n" + `{"b":2}` + "\n", `{"c":1}` + "\n"
	for room := range len(batch) {
		for _, stuck := range []bool{false, true} {
			for _, other := range []string{"", "\n", `{"d":1}` + "\n", `{"d`} {
				name := fmt.Sprintf("room %d, stuck %v, then %q", room, stuck, other)
				path := filepath.Join(t.TempDir(), "log.jsonl")
				l, err := openLines(path, quiet)
				if err != nil {
					t.Fatal(err)
				}
				disk := &crammed{File: l.file.(*os.File), room: len(first) + room, stuck: stuck}
				l.file = disk
				if err := writeTo(l, first); err != nil {
					t.Fatal(err)
				}
				n, err := l.write([]byte(batch))
				if !errors.Is(err, errFull) || n != room {
					t.Fatal(name, n, err)
				}
				if err := writeTo(l, last); err == nil {
					t.Fatal(name, "written on a full disk")
				}
				if _, err := disk.WriteString(other); err != nil {
					t.Fatal(err)
				}
				disk.room = 1000
				if err := errors.Join(writeTo(l, last), writeTo(l, last), l.close()); err != nil {
					t.Fatal(name, err)
				}
				text, err := os.ReadFile(path)
				if err != nil {
					t.Fatal(err)
				}
				if !strings.HasPrefix(string(text), first) || !strings.HasSuffix(string(text), "\n"+last+last) {
					t.Errorf("%s: %q", name, text)
				}
				if whole := countWhole(text); other == "" && !stuck && whole != strings.Count(string(text), "\n") {
					t.Errorf("%s: %q", name, text)
				}
			}
		}
	}
}

func writeTo(j journal, text string) error {
	_, err := j.write([]byte(text))
	return err
}

func countWhole(text []byte) (n int) {
	for line := range bytes.Lines(text) {
		if json.Valid(line) {
			n++
		}
	}
	return n
}

// TestFullDiskTearsNoArray: the file goes on as soon as there is room, wherever it was torn.
func TestFullDiskTearsNoArray(t *testing.T) {
	const batch = `,{"time":"x","content":"eA=="},{"time":"y","content":"eQ=="}`
	for room := range len(batch) + 1 {
		for _, stuck := range []bool{false, true} {
			path := filepath.Join(t.TempDir(), "log.json")
			a, err := openArray(path, quiet)
			if err != nil {
				t.Fatal(err)
			}
			disk := &crammed{File: a.file.(*os.File), room: room, stuck: stuck}
			a.file = disk
			if err := writeTo(a, batch); !errors.Is(err, errFull) {
				t.Fatal(room, err)
			}
			disk.room, disk.stuck = 1000, false
			if err := errors.Join(writeTo(a, batch), a.close()); err != nil {
				t.Fatal(room, stuck, err)
			}
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			var records []json.RawMessage
			if err := json.Unmarshal(text, &records); err != nil || len(records) != 4 {
				t.Errorf("room %d, stuck %v: %d records, %v: %s", room, stuck, len(records), err, text)
			}
		}
	}
}

// TestTruncatedArray: a log that was copied and truncated goes on as a new one.
func TestTruncatedArray(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log.json")
	a, err := openArray(path, quiet)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(path, 0); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(writeTo(a, `,{"time":"x","content":"eA=="}`), a.close()); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil || !json.Valid(text) {
		t.Errorf("%v: %s", err, text)
	}
}

// TestDamagedRecord: a log whose last record is no JSON is refused, with the place of that record.
func TestDamagedRecord(t *testing.T) {
	good := `[{"time":"t","content":"a"}`
	text := good + `,{"time":"u",}]`
	_, err := survey(strings.NewReader(text), int64(len(text)))
	if want := fmt.Sprintf("at byte %d:", len(good)+1); !errors.Is(err, errForeign) || !strings.Contains(err.Error(), want) {
		t.Errorf("%v, want %q", err, want)
	}
}

// wrecked is a file that can neither be written nor mended.
type wrecked struct{ *os.File }

func (wrecked) WriteAt([]byte, int64) (int, error) { return 0, errDisk }

func (wrecked) Truncate(int64) error { return errFull }

// TestCauseComesFirst: what went wrong is said before what came of it.
func TestCauseComesFirst(t *testing.T) {
	a, err := openArray(filepath.Join(t.TempDir(), "log"), quiet)
	if err != nil {
		t.Fatal(err)
	}
	defer a.file.Close()
	a.file = wrecked{a.file.(*os.File)}
	if err := a.put([]byte(`,{"a":1}`)); err == nil || err.Error() != errDisk.Error()+"\n"+errFull.Error() {
		t.Errorf("%q", err)
	}
}

// unknowable is a file that cannot be asked how large it is.
type unknowable struct{ *os.File }

func (unknowable) Stat() (fs.FileInfo, error) { return nil, errDisk }

// TestNothingIsWrittenBlindly: behind a torn line of which nobody can say how it ends nothing is written.
func TestNothingIsWrittenBlindly(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log.jsonl")
	l, err := openLines(path, quiet)
	if err != nil {
		t.Fatal(err)
	}
	defer l.file.Close()
	l.file, l.torn = unknowable{l.file.(*os.File)}, true
	if _, err := l.write([]byte("{}\n")); !errors.Is(err, errDisk) {
		t.Error(err)
	}
	if text, err := os.ReadFile(path); err != nil || len(text) > 0 {
		t.Errorf("%q, %v", text, err)
	}
}

package file_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/message"
	"github.com/millrace/millrace/module/moduletest"
	"github.com/millrace/millrace/modules/file"
)

var (
	rotations = flag.Int("rotations", 35, "how often TestSoakRotations rotates")
	dwell     = flag.Duration("dwell", 0, "how long TestSoakRotations writes between two rotations, at least")
	soakSeed  = flag.Uint64("seed", 0, "of TestSoakRotations; 0: another one each time")
)

// linesPerSecond is the pace of the writer.
const linesPerSecond = 50_000

// TestSoakRotations follows a file through rotations of every kind under a writer of 50,000 lines a
// second. Every line that could be read arrives once and in order; lines are missing only before a
// truncation, and then there is a warning with an estimate.
func TestSoakRotations(t *testing.T) {
	seed := *soakSeed
	if seed == 0 {
		seed = uint64(time.Now().UnixNano())
	}
	t.Logf("-seed %d", seed)
	w := newLogWriter(t)
	s := &sequence{cuts: make(map[int]bool)}
	s.more = sync.NewCond(&s.mu)
	args := fmt.Sprintf(`{"path":%q,"follow":true,"format":"lines","rotateWait":"1s"}`, filepath.ToSlash(w.path))
	rig := moduletest.Start(t, file.Spec(), args, moduletest.Options{Sink: s})
	w.log, w.seen = rig, s
	kinds := w.kinds()
	random := rand.New(rand.NewPCG(seed, 0))
	order := random.Perm(len(kinds))
	w.writeUntil(s.has(1))
	for i := 0; i < *rotations && !s.failed(); i++ {
		if i%len(kinds) == 0 {
			order = random.Perm(len(kinds))
		}
		w.writeFor(*dwell + 5*time.Millisecond)
		w.name = kinds[order[i%len(kinds)]].name
		kinds[order[i%len(kinds)]].rotate()
		w.writeUntil(s.has(w.next))
	}
	w.close()
	s.await(t, w.next-1)
	if err := rig.Stop(); err != nil {
		t.Fatal(err)
	}
	s.report(t, rig.Logged(), w)
}

// sequence is what arrives: lines that begin with a number, one more each.
type sequence struct {
	mu       sync.Mutex
	more     *sync.Cond
	last     int          // 0: none yet
	cuts     map[int]bool // the numbers of the first lines behind a truncation
	gaps     int
	lost     int
	odd      string // an incomplete line, which only a truncation may leave
	odds     int
	problems []string
}

func (s *sequence) Receive(_ context.Context, _ *engine.Publisher, batch []message.Message) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, m := range batch {
		s.take(m.Content())
	}
	s.more.Broadcast()
}

func (s *sequence) take(line []byte) {
	digits, rest, _ := bytes.Cut(line, []byte{' '})
	n, err := strconv.Atoi(string(digits))
	switch {
	case err != nil || string(rest) != filling:
		s.odds++
		s.complain(s.odd != "", "%q after %q", line, s.odd)
		s.odd = string(line)
		return
	case n == s.last+1:
		s.complain(s.odd != "", "%q before line %d", s.odd, n)
	case n > s.last && s.cuts[n]:
		s.gaps++
		s.lost += n - s.last - 1
	default:
		s.complain(true, "line %d after line %d (%q)", n, s.last, s.odd)
	}
	s.odd, s.last = "", n
}

func (s *sequence) complain(wrong bool, format string, args ...any) {
	if wrong && len(s.problems) < 10 {
		s.problems = append(s.problems, fmt.Sprintf(format, args...))
	}
}

// has returns a question: whether that line or a later one has arrived.
func (s *sequence) has(n int) func() bool {
	return func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		return s.last >= n || len(s.problems) > 0
	}
}

func (s *sequence) failed() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.problems) > 0
}

func (s *sequence) await(t *testing.T, n int) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	timer := time.AfterFunc(30*time.Second, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.problems = append(s.problems, fmt.Sprintf("line %d has not arrived; the last is %d", n, s.last))
		s.more.Broadcast()
	})
	defer timer.Stop()
	for s.last < n && len(s.problems) == 0 {
		s.more.Wait()
	}
}

func (s *sequence) report(t *testing.T, log string, w *logWriter) {
	t.Helper()
	warnings, estimate := 0, 0
	for line := range strings.Lines(log) {
		if _, rest, found := strings.Cut(line, "lostBytesEstimate="); found {
			n, _ := strconv.Atoi(rest[:strings.IndexByte(rest, ' ')])
			estimate += n
			if strings.Contains(line, "level=WARN") {
				warnings++
			}
		}
	}
	t.Logf("%d lines, %d rotations, %d gaps of %d lines (%d bytes; estimated %d), %d warnings, %d lines cut off",
		w.next-1, *rotations, s.gaps, s.lost, s.lost*(len(filling)+8), estimate, warnings, s.odds)
	if warnings < s.gaps {
		t.Errorf("%d gaps and %d warnings; log:\n%s", s.gaps, warnings, log[max(0, len(log)-8000):])
	}
	if len(s.problems) > 0 {
		t.Errorf("%s\nlog:\n%s", strings.Join(s.problems, "\n"), log[max(0, len(log)-4000):])
	}
}

const filling = "a line as a program writes it, of middle length"

// logWriter is a program that writes a log, and what rotates it.
type logWriter struct {
	t     *testing.T
	path  string
	file  *os.File
	next  int // the number of the next line
	began time.Time
	paced int // lines since
	old   []string
	count int
	name  string // of the rotation that goes on
	log   *moduletest.Rig
	seen  *sequence
	text  []byte
}

func newLogWriter(t *testing.T) *logWriter {
	w := &logWriter{t: t, path: filepath.Join(t.TempDir(), "app.log"), next: 1}
	w.open(os.O_APPEND)
	t.Cleanup(func() { w.file.Close() })
	return w
}

func (w *logWriter) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(w.name, err)
	}
}

func (w *logWriter) open(flag int) {
	w.t.Helper()
	f, err := os.OpenFile(w.path, os.O_WRONLY|os.O_CREATE|flag, 0o600)
	w.must(err)
	w.file = f
}

func (w *logWriter) close() { w.must(w.file.Close()) }

// write writes so many lines at once.
func (w *logWriter) write(lines int) {
	w.text = w.text[:0]
	for range lines {
		w.text = strconv.AppendInt(w.text, int64(w.next), 10)
		w.text = append(append(append(w.text, ' '), filling...), '\n')
		w.next++
	}
	_, err := w.file.Write(w.text)
	w.must(err)
}

// writeUntil writes at its pace until something has happened.
func (w *logWriter) writeUntil(done func() bool) {
	w.t.Helper()
	limit := time.Now().Add(time.Minute)
	w.began, w.paced = time.Now(), 0
	for !done() {
		if time.Now().After(limit) {
			w.t.Fatalf("%s: still waiting at line %d; log:\n%s", w.name, w.next, w.log.Logged())
		}
		time.Sleep(time.Millisecond)
		due := int(time.Since(w.began).Seconds()*linesPerSecond) - w.paced
		w.paced += due
		for ; due > 0; due -= 500 {
			w.write(min(due, 500))
		}
	}
}

func (w *logWriter) writeFor(d time.Duration) {
	end := time.Now().Add(d)
	w.writeUntil(func() bool { return !time.Now().Before(end) })
}

func (w *logWriter) writeUntilLogged(text string, times int) {
	w.t.Helper()
	w.writeUntil(func() bool { return strings.Count(w.log.Logged(), text) > times || w.seen.failed() })
}

// moveAway renames the file; those of earlier rotations are removed.
func (w *logWriter) moveAway() {
	w.t.Helper()
	for _, name := range w.old {
		w.must(os.Remove(name))
	}
	w.count++
	name := fmt.Sprint(w.path, ".", w.count)
	w.must(os.Rename(w.path, name))
	w.old = append(w.old[:0], name)
}

type rotation struct {
	name   string
	rotate func()
}

func (w *logWriter) kinds() []rotation {
	return []rotation{
		{"rename", w.rename}, {"rename, then late writes", w.lateWrites}, {"replace", w.replace},
		{"copytruncate", w.truncate}, {"truncate without append", w.hole},
		{"folder for a while", w.obstructed(func() error { return os.Mkdir(w.path, 0o700) })},
		{"unreadable for a while", w.obstructed(w.unreadable)},
	}
}

func (w *logWriter) reopen() {
	old := w.file
	w.open(os.O_APPEND)
	w.must(old.Close())
}

func (w *logWriter) rename() {
	w.moveAway()
	w.reopen()
}

func (w *logWriter) lateWrites() {
	w.moveAway()
	w.must(os.WriteFile(w.path, nil, 0o600))
	w.writeFor(20 * time.Millisecond)
	w.reopen()
}

func (w *logWriter) replace() {
	path, old := w.path, w.file
	w.path += ".new"
	w.open(os.O_APPEND)
	w.write(10)
	w.must(os.Rename(w.path, path))
	w.path = path
	w.must(old.Close())
}

// truncate loses what has not been read yet.
func (w *logWriter) truncate() {
	w.cut()
	w.must(os.Truncate(w.path, 0))
}

// cut notes that the next line is the first one behind a truncation.
func (w *logWriter) cut() {
	w.seen.mu.Lock()
	defer w.seen.mu.Unlock()
	w.seen.cuts[w.next] = true
}

// hole leaves NULs before the next line, from a writer that does not append.
func (w *logWriter) hole() {
	w.rename()
	w.must(w.file.Close())
	w.open(0)
	w.writeUntil(w.seen.has(w.next))
	w.truncate()
	w.writeUntil(w.seen.has(w.next))
	w.rename()
}

// obstructed moves the file away, goes on with it while something else has its name, and then with a
// new file.
func (w *logWriter) obstructed(obstruct func() error) func() {
	return func() {
		w.t.Helper()
		before := strings.Count(w.log.Logged(), "cannot be read for now")
		w.moveAway()
		w.must(obstruct())
		w.writeUntilLogged("cannot be read for now", before)
		w.must(os.Remove(w.path))
		w.reopen()
	}
}

// unreadable puts a file there that may not be read, or, as root may read all, a link that leads
// nowhere.
func (w *logWriter) unreadable() error {
	if os.Geteuid() == 0 {
		return os.Symlink(w.path, w.path)
	}
	return os.WriteFile(w.path, nil, 0)
}

package file

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/message"
)

// saveEvery is how often what was done with is written down: as much may come again after a kill.
const saveEvery = time.Second

// What is kept of files: how many, and how many parts of each. What is beyond may come again.
const (
	positionsMax = 64
	spansMax     = 4096
)

// positions know which lines have been done with downstream, by the engine's completions, and keep
// that in a file. With neither state nor engine they only know where to begin.
type positions struct {
	path    string // of the state; empty: it is not kept
	log     *slog.Logger
	answers *engine.Completions // set by Start
	freed   chan struct{}       // answers have come
	failing bool                // the last save has failed

	mu     sync.Mutex
	list   []*position // the oldest first
	asked  map[uint64]question
	next   uint64
	undone int // lines that were answered, and not done with
	dirty  bool
	saves  int
}

// question is a line whose answer is to come.
type question struct {
	of       *position
	from, to int64
}

// stateText is what the state file holds.
type stateText struct {
	Version int         `json:"version"`
	Files   []*position `json:"files"`
}

const stateVersion = 1

// openPositions reads the state, if it is kept and there is one, and writes it, so that what keeps it
// from being written is known at once.
func openPositions(path string, log *slog.Logger) (*positions, error) {
	p := &positions{path: path, log: log, asked: make(map[uint64]question), freed: make(chan struct{}, 1)}
	if path == "" {
		return p, nil
	}
	text, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return nil, err
	default:
		if err := p.read(text); err != nil {
			return nil, fmt.Errorf("%s: not a state that this module has written (%w); want another file, "+
				"or remove it, and the input is read from its start", path, err)
		}
	}
	return p, p.save()
}

func (p *positions) read(text []byte) error {
	var s stateText
	if err := json.Unmarshal(text, &s); err != nil {
		return err
	}
	if s.Version != stateVersion {
		return fmt.Errorf("its version is %d, not %d", s.Version, stateVersion)
	}
	for _, f := range s.Files {
		if f == nil || f.HeadBytes < 0 || f.HeadBytes > headMax {
			return errors.New("an entry makes no sense")
		}
		var done spans
		for _, part := range f.Done {
			done.add(part[0], part[1])
		}
		f.of, f.Done = p, done
	}
	p.list = s.Files
	return nil
}

// claim returns the position of a file that is opened: the one that is known, or a new one.
func (p *positions) claim(t *tail) (pos *position, known bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, pos := range p.list {
		if !pos.claimed && pos.isOf(t.info, t.file) {
			pos.claimed, pos.before = true, pos.Done.end()
			return pos, true
		}
	}
	pos = &position{of: p, identity: identityOf(t.info), claimed: true}
	p.list = append(p.list, pos)
	return pos, false
}

// renew returns the position of a file that is read from its start again, since it holds other text.
func (p *positions) renew(old *position) *position {
	p.mu.Lock()
	defer p.mu.Unlock()
	pos := &position{of: p, identity: old.identity, claimed: true}
	p.list = append(slices.DeleteFunc(p.list, func(o *position) bool { return o == old }), pos)
	p.dirty = true
	return pos
}

// unclaimed returns the known files that nobody reads.
func (p *positions) unclaimed() []*position {
	p.mu.Lock()
	defer p.mu.Unlock()
	var list []*position
	for _, pos := range p.list {
		if !pos.claimed {
			list = append(list, pos)
		}
	}
	return list
}

// forget drops files that are not to be found.
func (p *positions) forget(gone []*position) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.list = slices.DeleteFunc(p.list, func(o *position) bool { return !o.claimed && slices.Contains(gone, o) })
}

// ask asks what becomes of a line. While too many questions are open it has the batch published, and
// waits for answers.
func (p *positions) ask(ctx context.Context, d message.Draft, q question, flush func(context.Context) error) error {
	for {
		err := p.tryAsk(d, q)
		if !errors.Is(err, engine.ErrQuestions) {
			return err
		}
		if err := flush(ctx); err != nil {
			return err
		}
		select {
		case <-p.freed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (p *positions) tryAsk(d message.Draft, q question) error {
	p.mu.Lock()
	id := p.next
	p.next++
	p.asked[id] = q
	p.mu.Unlock()
	err := p.answers.Ask(d, id)
	if err != nil {
		p.mu.Lock()
		delete(p.asked, id)
		p.mu.Unlock()
	}
	return err
}

// run takes answers and saves, until ctx is done.
func (p *positions) run(ctx context.Context) error {
	saved := time.Now()
	for ctx.Err() == nil {
		limited, cancel := context.WithTimeout(ctx, saveEvery)
		p.take(limited)
		cancel()
		if time.Since(saved) >= saveEvery {
			p.saveOrWarn()
			saved = time.Now()
		}
	}
	return nil
}

// take waits for answers, and notes them; it returns how many.
func (p *positions) take(ctx context.Context) int {
	var answers [64]engine.Completion
	n, _ := p.answers.Receive(ctx, answers[:])
	p.mu.Lock()
	for _, a := range answers[:n] {
		q := p.asked[a.ID]
		delete(p.asked, a.ID)
		if a.Outcome.Done() {
			q.of.Done.add(q.from, q.to)
			p.dirty = true
		} else {
			p.undone++
		}
	}
	p.mu.Unlock()
	if n > 0 {
		select {
		case p.freed <- struct{}{}:
		default:
		}
	}
	return n
}

// close takes the answers that are there, and saves.
func (p *positions) close() error {
	now, cancel := context.WithCancel(context.Background())
	cancel()
	for p.answers != nil && p.take(now) > 0 {
	}
	if n := p.undone + len(p.asked); n > 0 && p.path != "" {
		p.log.Warn("lines were published, and not done with; they are read again at the next start", "lines", n)
	}
	return p.save()
}

func (p *positions) saveOrWarn() {
	err := p.save()
	if err != nil && !p.failing {
		p.log.Warn("the state cannot be written; trying again", "file", p.path, "error", err)
	}
	p.failing = err != nil
}

// save writes the state, if there is something new: another file first, so that there is always a whole
// one.
func (p *positions) save() error {
	text, due, err := p.text()
	if err != nil || !due {
		return err
	}
	if err := replace(p.path, text); err != nil {
		p.mu.Lock()
		p.dirty = true
		p.mu.Unlock()
		return err
	}
	return nil
}

func (p *positions) text() (text []byte, due bool, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.path == "" || !p.dirty && p.saves > 0 {
		return nil, false, nil
	}
	p.dirty = false
	p.saves++
	p.list = slices.DeleteFunc(p.list, (*position).stale)
	state := stateText{Version: stateVersion, Files: []*position{}}
	for _, pos := range p.list[max(0, len(p.list)-positionsMax):] {
		kept := *pos
		kept.Done = kept.Done[:min(len(kept.Done), spansMax)]
		state.Files = append(state.Files, &kept)
	}
	text, err = json.Marshal(state)
	return append(text, '\n'), true, err
}

// replace puts a text into a file's place.
func replace(path string, text []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
	return err
}

package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
)

// journal keeps the outcomes of a seed in a file, so that a long run can be made in pieces.
type journal struct {
	name string // empty: kept in memory only
	list []outcome
}

// openJournal reads what was tried of a seed before. Other seeds' lines are passed over.
func openJournal(name string, seed uint64) (*journal, error) {
	j := &journal{name: name}
	if name == "" {
		return j, nil
	}
	f, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return j, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var o outcome
		if err := json.Unmarshal(lines.Bytes(), &o); err != nil {
			return nil, err
		}
		if o.Seed == seed {
			j.list = append(j.list, o)
		}
	}
	return j, lines.Err()
}

func (j *journal) tried(position int) bool {
	for _, o := range j.list {
		if o.Position == position {
			return true
		}
	}
	return false
}

// mutants counts those that were programs.
func (j *journal) mutants() (n int) {
	for _, o := range j.list {
		if o.Result != uncompiled {
			n++
		}
	}
	return n
}

func (j *journal) add(o outcome) error {
	j.list = append(j.list, o)
	if j.name == "" {
		return nil
	}
	line, err := json.Marshal(o)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(j.name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(append(line, '\n'))
	return errors.Join(err, f.Close())
}

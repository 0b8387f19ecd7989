package main

import (
	"errors"
	"fmt"
	"io/fs"
)

const survivors = "internal/mutants/survivors"

// known are the random mutants that were read and that nobody can notice, with the reason.
type known struct {
	root    fs.FS
	reasons map[string]string // by file and what the mutant makes of it
}

// readKnown reads internal/mutants/survivors. A patch there that does not fit its file any more is a
// mistake: the code has changed, and so may have what can be noticed.
func readKnown(root fs.FS) (*known, error) {
	dir, err := fs.Sub(root, survivors)
	if err != nil {
		return nil, err
	}
	list, err := readPatches(dir)
	if err != nil {
		return nil, err
	}
	k := &known{root, make(map[string]string)}
	var errs []error
	for _, p := range list {
		if p.survives == "" || len(p.edits) != 1 {
			errs = append(errs, fmt.Errorf("%s.txt: a survivor has one edit, and says why it survives", p.name))
			continue
		}
		key, err := k.key(&p)
		errs = append(errs, err)
		k.reasons[key] = p.survives
	}
	return k, errors.Join(errs...)
}

func (k *known) key(p *patch) (string, error) {
	files, err := p.apply(k.root)
	if err != nil {
		return "", err
	}
	file := p.edits[0].file
	return file + "\n" + files[file], nil
}

// reason says why nobody can notice a survivor; empty if nobody has said so.
func (k *known) reason(o *outcome) string {
	p, err := parsePatch("survivor", o.Patch)
	if err != nil {
		return ""
	}
	key, err := k.key(&p)
	if err != nil {
		return ""
	}
	return k.reasons[key]
}

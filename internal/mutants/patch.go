package main

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// A patch is a text file:
//
//	breaks: what is wrong with the code then
//	run: ./ring TestExploreRing
//	file: ring/ring.go
//	-- old
//	text that stands in the file exactly once
//	-- new
//	text in its place
//
// with as many files and pairs of texts as it takes. "with: whole" runs the explorations with their
// larger bounds, "with: race" ordinary tests under the race detector and "with: plain" ordinary
// tests; "survives: why" says that no test can fail because of it.

// patch is one mutant.
type patch struct {
	name     string // of the file, without .txt
	breaks   string
	pkg      string // whose tests are to fail
	tests    string // a pattern of their names
	with     string // explore, whole, race or plain
	survives string
	edits    []edit
}

// edit replaces a text in a file.
type edit struct {
	file     string // from the module's root, with slashes
	old, new string
}

// readPatches reads every patch of a folder, sorted by name.
func readPatches(dir fs.FS) ([]patch, error) {
	names, err := fs.Glob(dir, "*.txt")
	if err != nil {
		return nil, err
	}
	slices.Sort(names)
	var list []patch
	var errs []error
	for _, name := range names {
		text, err := fs.ReadFile(dir, name)
		if err != nil {
			return nil, err
		}
		p, err := parsePatch(strings.TrimSuffix(path.Base(name), ".txt"), string(text))
		list, errs = append(list, p), append(errs, err)
	}
	return list, errors.Join(errs...)
}

// patchReader reads the lines of one patch.
type patchReader struct {
	patch patch
	file  string
	into  *string // the text that lines belong to
}

func parsePatch(name, text string) (patch, error) {
	p := patchReader{patch: patch{name: name, with: "explore"}}
	for number, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		if err := p.line(line); err != nil {
			return patch{}, fmt.Errorf("%s.txt:%d: %w", name, number+1, err)
		}
	}
	return p.patch, p.patch.check()
}

func (p *patchReader) line(line string) error {
	edits := &p.patch.edits
	switch {
	case line == "-- old":
		*edits = append(*edits, edit{file: p.file})
		p.into = &(*edits)[len(*edits)-1].old
	case line == "-- new" && len(*edits) > 0:
		p.into = &(*edits)[len(*edits)-1].new
	case strings.HasPrefix(line, "file: "):
		p.file, p.into = strings.TrimPrefix(line, "file: "), nil
	case p.into != nil:
		*p.into += line + "\n"
	default:
		return p.header(line)
	}
	return nil
}

func (p *patchReader) header(line string) error {
	key, value, _ := strings.Cut(line, ": ")
	switch key {
	case "breaks":
		p.patch.breaks = value
	case "run":
		p.patch.pkg, p.patch.tests, _ = strings.Cut(value, " ")
	case "with":
		p.patch.with = value
	case "survives":
		p.patch.survives = value
	default:
		return fmt.Errorf("%q is none of breaks, run, with, survives, file, -- old, -- new", line)
	}
	return nil
}

func (p *patch) check() error {
	switch {
	case p.breaks == "" || p.pkg == "" || p.tests == "" || len(p.edits) == 0:
		return fmt.Errorf("%s.txt: breaks, run, file, -- old and -- new are all wanted", p.name)
	case !slices.Contains([]string{"explore", "whole", "race", "plain"}, p.with):
		return fmt.Errorf("%s.txt: with is explore, whole, race or plain, not %q", p.name, p.with)
	}
	for _, e := range p.edits {
		if e.file == "" || strings.TrimSpace(e.old) == "" || e.old == e.new {
			return fmt.Errorf("%s.txt: an edit without a file, without old text or without a change", p.name)
		}
	}
	return nil
}

// apply returns the files that the patch changes, as they are then.
func (p *patch) apply(root fs.FS) (map[string]string, error) {
	changed := make(map[string]string)
	for _, e := range p.edits {
		text, known := changed[e.file]
		if !known {
			bytes, err := fs.ReadFile(root, filepath.ToSlash(e.file))
			if err != nil {
				return nil, fmt.Errorf("%s.txt: %w", p.name, err)
			}
			text = string(bytes)
		}
		if n := strings.Count(text, e.old); n != 1 {
			return nil, fmt.Errorf("%s.txt: this text stands in %s %d times instead of once:\n%s",
				p.name, e.file, n, e.old)
		}
		changed[e.file] = strings.Replace(text, e.old, e.new, 1)
	}
	return changed, nil
}

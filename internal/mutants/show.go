package main

import (
	"fmt"
	"path"
	"strings"
)

// patch writes a mutant as a patch, with as many lines around as make it the only such place in its
// file, so that it can be put into internal/mutants/survivors with a reason.
func (m *mutation) patch(source string) string {
	changed := m.apply(source)
	first := strings.LastIndexByte(source[:m.start], '\n') + 1
	last := endOfLine(source, m.end)
	for strings.Count(source, source[first:last]) > 1 {
		first = strings.LastIndexByte(source[:max(first-1, 0)], '\n') + 1
		last = endOfLine(source, last)
	}
	return fmt.Sprintf("breaks: %s\nrun: ./%s Test\nwith: plain\nsurvives: \nfile: %s\n-- old\n%s-- new\n%s",
		m.described(), path.Dir(m.file), m.file, source[first:last], changed[first:last+len(changed)-len(source)])
}

func (m *mutation) described() string {
	if m.where == "" {
		return m.kind
	}
	return m.kind + " in " + m.where
}

// endOfLine returns the place after the line that a place is in or directly behind.
func endOfLine(source string, at int) int {
	if i := strings.IndexByte(source[at:], '\n'); i >= 0 {
		return at + i + 1
	}
	return len(source)
}

package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// summary is what became of a seed's mutants.
type summary struct {
	seed    uint64
	places  int // that could have been chosen
	list    []outcome
	counts  map[string]int // by result
	reasons map[int]string // by position, why nobody can notice a survivor
}

func sum(list []outcome, known *known) *summary {
	s := &summary{list: slices.Clone(list), counts: make(map[string]int), reasons: make(map[int]string)}
	slices.SortFunc(s.list, func(a, b outcome) int { return a.Position - b.Position })
	for i := range s.list {
		o := &s.list[i]
		s.counts[o.Result]++
		if o.Result == survived {
			if why := known.reason(o); why != "" {
				s.reasons[o.Position] = why
			}
		}
	}
	return s
}

func (s *summary) mutants() int { return len(s.list) - s.counts[uncompiled] }
func (s *summary) noticed() int { return s.counts[killed] + s.counts[hung] + s.counts[explored] }

// open counts the survivors that nobody has explained.
func (s *summary) open() int { return s.counts[survived] - len(s.reasons) }

// rate is the share, in percent, that was noticed of those that somebody could notice.
func (s *summary) rate() float64 {
	could := s.noticed() + s.open()
	if could == 0 {
		return 100
	}
	return 100 * float64(s.noticed()) / float64(could)
}

func (s *summary) line() string {
	return fmt.Sprintf("seed %d: %d mutants, %d killed (%d of them by a hang, %d by explorations only), %d survived, "+
		"of which nobody can notice %d: %.1f %% of those that somebody could notice.", s.seed, s.mutants(), s.noticed(),
		s.counts[hung], s.counts[explored], s.counts[survived], len(s.reasons), s.rate())
}

// write writes it as Markdown: the figures, what was done, and every survivor.
func (s *summary) write(w io.Writer) error {
	b := &strings.Builder{}
	fmt.Fprintf(b, "%s\n\n%d places to choose from; %d more mutants were no programs, and others took their place.\n\n",
		s.line(), s.places, s.counts[uncompiled])
	s.writeKinds(b)
	fmt.Fprintln(b, "\n| survivor | what was done | why nobody can notice |\n|---|---|---|")
	for _, o := range s.list {
		if o.Result != survived {
			continue
		}
		why := firstOf(s.reasons[o.Position], "**not explained**")
		fmt.Fprintf(b, "| %s:%d | %s: %s | %s |\n", o.File, o.Line, o.Kind, o.change(), strings.ReplaceAll(why, "|", "/"))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (s *summary) writeKinds(w io.Writer) {
	tried, noticed := make(map[string]int), make(map[string]int)
	var kinds []string
	for _, o := range s.list {
		if o.Result == uncompiled {
			continue
		}
		if tried[o.Kind] == 0 {
			kinds = append(kinds, o.Kind)
		}
		tried[o.Kind]++
		if o.noticed() {
			noticed[o.Kind]++
		}
	}
	slices.Sort(kinds)
	_, _ = fmt.Fprintln(w, "| what was done | mutants | killed |\n|---|---:|---:|")
	for _, k := range kinds {
		_, _ = fmt.Fprintf(w, "| %s | %d | %d |\n", k, tried[k], noticed[k])
	}
}

// change shows a survivor's lines in a cell of a table.
func (o *outcome) change() string {
	_, lines, _ := strings.Cut(o.Patch, "-- old\n")
	before, after, _ := strings.Cut(lines, "-- new\n")
	old, changed := strings.Split(before, "\n"), strings.Split(after, "\n")
	for len(old) > 1 && len(changed) > 1 && old[0] == changed[0] {
		old, changed = old[1:], changed[1:]
	}
	return fmt.Sprintf("`%s` becomes `%s`", brief(old[0]), brief(changed[0]))
}

func brief(line string) string {
	return strings.NewReplacer("|", "¦", "`", "'").Replace(strings.TrimSpace(line))
}

package redact

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// index is what secrets look like in texts that are folded. It never changes.
type index struct {
	whole  map[uint64][]secret // by how they begin; the longest first
	parts  []uint64            // all grams of all secrets, sorted
	short  map[string]string   // what is too short for a gram
	public map[string]bool
	strict bool
}

func newIndex(secrets map[secret]bool, public map[string]bool, strict bool) *index {
	x := &index{whole: make(map[uint64][]secret), short: make(map[string]string), public: public, strict: strict}
	for s := range secrets {
		for _, form := range forms(s.value) {
			x.add(secret{s.written, form})
		}
	}
	for _, list := range x.whole {
		slices.SortFunc(list, func(a, b secret) int { // whose order does not hang on a map's
			if n := len(b.value) - len(a.value); n != 0 {
				return n
			}
			return strings.Compare(a.written, b.written)
		})
	}
	slices.Sort(x.parts)
	x.parts = slices.Compact(x.parts)
	return x
}

func (x *index) add(form secret) {
	if !x.strict && x.public[form.value] {
		return
	}
	if len(form.value) < gram {
		if before, taken := x.short[form.value]; !taken || form.written < before {
			x.short[form.value] = form.written
		}
		return
	}
	first := gramAt(form.value, 0)
	x.whole[first] = append(x.whole[first], form)
	for i := 0; i+gram <= len(form.value); i++ {
		x.parts = append(x.parts, gramAt(form.value, i))
	}
}

// gramAt packs the bytes that begin there.
func gramAt(s string, at int) uint64 {
	var g uint64
	for i := range gram {
		g = g<<8 | uint64(s[at+i])
	}
	return g
}

// redact goes through a text once, so that what it writes is not looked at again.
func (x *index) redact(text, folded string) string {
	var b strings.Builder
	kept := 0 // up to which the text is written, or taken out
	for at := 0; at < len(text); {
		n, instead := x.find(folded, at)
		if n == 0 {
			at++
			continue
		}
		if instead != "" {
			b.WriteString(strings.ToValidUTF8(text[kept:at], ""))
			b.WriteString(instead)
			kept = at + n
		}
		at += n
	}
	if kept == 0 {
		return text
	}
	b.WriteString(strings.ToValidUTF8(text[kept:], ""))
	return b.String()
}

// find returns how many bytes at a place are to be replaced, and by what; if by nothing, they stay.
func (x *index) find(folded string, at int) (n int, instead string) {
	if at+gram <= len(folded) {
		for _, s := range x.whole[gramAt(folded, at)] {
			if strings.HasPrefix(folded[at:], s.value) {
				return len(s.value), s.written
			}
		}
	}
	if len(x.short) > 0 {
		if n, instead = x.findShort(folded, at); n > 0 {
			return n, instead
		}
	}
	if n = x.findPublic(folded, at); n > 0 {
		return n, ""
	}
	return x.findPart(folded, at)
}

func (x *index) findShort(folded string, at int) (n int, instead string) {
	for n := min(gram-1, len(folded)-at); n > 0; n-- {
		written, found := x.short[folded[at:at+n]]
		if found && (x.strict || n >= wordMin && !plain[folded[at:at+n]] && isWord(folded, at, at+n)) {
			return n, written
		}
	}
	return 0, ""
}

// plain are words that say nothing.
var plain = map[string]bool{"true": true, "false": true, "null": true, "none": true}

// findPublic returns the length of a public word that begins there.
func (x *index) findPublic(folded string, at int) int {
	if x.strict || len(x.public) == 0 || at > 0 && inWord(folded[at-1]) {
		return 0
	}
	end := at
	for end < len(folded) && (inWord(folded[end]) || folded[end] == '-' || folded[end] == '.') {
		end++
	}
	for ; end > at; end-- {
		if x.public[folded[at:end]] && isWord(folded, at, end) {
			return end - at
		}
		if inWord(folded[end-1]) {
			break
		}
	}
	return 0
}

// findPart finds a run in which each gram is one of a secret's.
func (x *index) findPart(folded string, at int) (n int, instead string) {
	end := at
	for end+gram <= len(folded) {
		if _, found := slices.BinarySearch(x.parts, gramAt(folded, end)); !found {
			break
		}
		end++
	}
	if end == at {
		return 0, ""
	}
	return end - 1 + gram - at, "…"
}

func isWord(s string, from, to int) bool {
	return (from == 0 || !inWord(s[from-1])) && (to == len(s) || !inWord(s[to]))
}

func inWord(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '_' || c >= utf8.RuneSelf
}

// fold makes texts of different case one, and leaves every byte's place.
func fold(text string) string {
	return strings.Map(func(r rune) rune {
		if lower := unicode.ToLower(r); utf8.RuneLen(lower) == utf8.RuneLen(r) {
			return lower
		}
		return r
	}, text)
}

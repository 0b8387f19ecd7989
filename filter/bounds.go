package filter

import "fmt"

// The bounds of a filter written as text. They bound its memory, and with the limits of a message's
// properties the time that it takes to match: TestWorst searches for the worst of them.
const (
	textMax       = 64 << 10 // bytes
	nestingMax    = 64       // of parentheses and NOTs
	conditionsMax = 4096
	patternMax    = 1 << 10 // bytes of a LIKE beside its %, unless one at the end makes it a prefix
	searchesMax   = 256     // weight of all LIKEs
)

// weight is what a LIKE's searches cost for each byte of a value. One that is found ends the next
// one's beginning, so the heaviest counts.
func (t *likeTest) weight() int {
	heaviest := 0
	for i := range t.middle {
		heaviest = max(heaviest, t.middle[i].weight())
	}
	return heaviest
}

// patternLength is what patternMax bounds.
func patternLength(pattern []wild) int {
	n := 0
	for _, w := range pattern {
		n += len(w.text)
		if w.special == '_' {
			n++
		}
	}
	return n
}

// searches adds up the weight of LIKEs.
type searches struct{ weight int }

// add adds a filter of one pattern and says what is wrong with it, if anything is.
func (s *searches) add(f Filter) (slip, bool) {
	if f.node.op != opLike {
		return slip{}, false
	}
	if patternLength(f.node.wilds()) > patternMax {
		return slip{fmt.Sprintf("a pattern of more than %d bytes beside its %%", patternMax),
			"want a shorter one"}, true
	}
	like := compileLike(f.node.text)
	if s.weight += like.weight(); s.weight > searchesMax {
		return slip{fmt.Sprintf("too much to search for: more than %d texts between two %%", searchesMax),
			"want fewer; one with a _ between characters counts as four, " +
				"and one more for 64 characters beyond the first 64"}, true
	}
	return slip{}, false
}

// bounded counts a pattern.
func (p *parser) bounded(f Filter, by token) Filter {
	if s, wrong := p.searches.add(f); wrong {
		p.refuse(by, s)
	}
	return f
}

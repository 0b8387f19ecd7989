package document

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/millrace/millrace/fault"
)

const (
	windowMax  = 5        // bytes of a secret that may show in an error by chance
	secretsMax = 64 << 10 // bytes of secrets up to which errors are searched for them
)

// secrets is what the variables of one value stood for.
type secrets struct {
	found []expansion
	bytes int
}

func (s *secrets) add(found []expansion) {
	for _, e := range found {
		if e.value != "" && !slices.Contains(s.found, e) && s.bytes <= secretsMax {
			s.found = append(s.found, e)
			s.bytes += len(e.value)
		}
	}
}

func (s *secrets) addAll(pieces []piece) {
	for _, p := range pieces {
		if p.written != "" && !p.known {
			s.add([]expansion{{p.written, p.text}})
		}
	}
}

// conceal takes secrets out of the words of a fault: as they are, in other case and escaped; and
// where a part of one still shows, it gives up the words.
func (s *secrets) conceal(f fault.Fault) fault.Fault {
	if len(s.found) == 0 {
		return f
	}
	for _, e := range s.found {
		f.Problem = concealIn(f.Problem, e)
		f.Want = concealIn(f.Want, e)
	}
	if s.leak(f.Problem) {
		f.Problem = "not accepted with what its variables stand for"
	}
	if s.leak(f.Want) {
		f.Want = ""
	}
	return f
}

func concealIn(words string, e expansion) string {
	asJSON, _ := json.Marshal(e.value) // cannot fail: a string always has a JSON form
	forms := []string{
		e.value,
		unquoted(strconv.Quote(e.value)),
		unquoted(string(asJSON)),
		strings.ToUpper(e.value),
		strings.ToLower(e.value),
	}
	for _, form := range forms {
		words = strings.ReplaceAll(words, form, e.written)
	}
	return words
}

func unquoted(s string) string { return s[1 : len(s)-1] }

// leak tells whether words still hold more of a secret than chance explains.
func (s *secrets) leak(words string) bool {
	if s.bytes > secretsMax {
		return true
	}
	for _, e := range s.found {
		words = strings.ReplaceAll(words, e.written, "")
	}
	words = strings.ToLower(words)
	shown := make(map[string]bool, len(words))
	for i := 0; i+windowMax < len(words); i++ {
		shown[words[i:i+windowMax+1]] = true
	}
	return slices.ContainsFunc(s.found, func(e expansion) bool { return showsIn(shown, e) })
}

func showsIn(shown map[string]bool, e expansion) bool {
	secret := strings.ToLower(e.value)
	for i := 0; i+windowMax < len(secret); i++ {
		if shown[secret[i:i+windowMax+1]] {
			return true
		}
	}
	return false
}

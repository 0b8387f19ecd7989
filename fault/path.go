package fault

import (
	"regexp"
	"strconv"
	"strings"
)

// Step is one step down into a document: into an object by key or into an array by index.
type Step struct {
	key   string
	index int
	array bool
}

// Key steps into an object.
func Key(name string) Step { return Step{key: name} }

// Index steps into an array, counting from 0.
func Index(i int) Step { return Step{index: i, array: true} }

// Key returns the key of a step into an object, or false for a step into an array.
func (s Step) Key() (string, bool) { return s.key, !s.array }

// Index returns the index of a step into an array, or false for a step into an object.
func (s Step) Index() (int, bool) { return s.index, s.array }

// Path leads from a value down to a place in it. A nil Path is the value itself.
type Path []Step

// At builds a path.
func At(steps ...Step) Path { return steps }

// Then returns a new path with more steps at its end; p is left as it was.
func (p Path) Then(steps ...Step) Path { return p.Join(steps) }

// Join returns a new path that goes down p and then q.
func (p Path) Join(q Path) Path {
	joined := make(Path, 0, len(p)+len(q))
	return append(append(joined, p...), q...)
}

var plainKey = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_-]*$`)

// longestKey is how much of a key is printed, in bytes: faults share the keys above them, so a
// text with one endless key and many mistakes below it would print it over and over.
const longestKey = 64

// String writes the path as people write JSON paths: modules[1].args["message.delay"]. Keys of more
// than 64 bytes are cut.
func (p Path) String() string {
	var b strings.Builder
	for i, s := range p {
		switch {
		case s.array:
			b.WriteString("[" + strconv.Itoa(s.index) + "]")
		case !plainKey.MatchString(s.key):
			b.WriteString("[" + strconv.Quote(shown(s.key)) + "]")
		default:
			if i > 0 {
				b.WriteByte('.')
			}
			b.WriteString(shown(s.key))
		}
	}
	return b.String()
}

func shown(key string) string {
	if len(key) <= longestKey {
		return key
	}
	return strings.ToValidUTF8(key[:longestKey], "") + "…"
}

package redact

import (
	"strings"
	"sync"
	"unicode/utf8"
)

const (
	gram    = 6 // bytes of a secret that show that it is there
	wordMin = 4 // bytes of a secret that is looked for as a word
)

// Redactor knows secrets. The zero value and nil know none. It may be used from any goroutine.
type Redactor struct {
	Strict bool // secrets are found however short they are, and inside words; set before use

	mu      sync.Mutex
	secrets map[secret]bool
	public  map[string]bool
	index   *index // nil: to be made
}

// secret is a value and what stands in its place.
type secret struct{ written, value string }

// Add makes a secret known, and what to write in its place.
func (r *Redactor) Add(written, value string) {
	if value == "" {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	s := secret{written, value}
	if r.secrets[s] {
		return
	}
	if r.secrets == nil {
		r.secrets = make(map[secret]bool)
	}
	r.secrets[s], r.index = true, nil
}

// Public makes words known that are no secrets, whatever is: the names that a document gives.
func (r *Redactor) Public(words ...string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.public == nil {
		r.public = make(map[string]bool)
	}
	for _, w := range words {
		r.public[fold(w)] = true
	}
	r.index = nil
}

// Join makes known what another one knows at this moment.
func (r *Redactor) Join(other *Redactor) {
	if other == nil || r == other {
		return
	}
	secrets, public := other.all()
	for _, s := range secrets {
		r.Add(s.written, s.value)
	}
	r.Public(public...)
}

func (r *Redactor) all() (secrets []secret, public []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for s := range r.secrets {
		secrets = append(secrets, s)
	}
	for w := range r.public {
		public = append(public, w)
	}
	return secrets, public
}

// ready returns what texts are held against; nil: nothing.
func (r *Redactor) ready() *index {
	if r == nil {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.index == nil && len(r.secrets) > 0 {
		r.index = newIndex(r.secrets, r.public, r.Strict)
	}
	return r.index
}

// Text returns a text without secrets.
func (r *Redactor) Text(text string) string {
	x := r.ready()
	if x == nil || text == "" {
		return text
	}
	if !utf8.ValidString(text) {
		text = strings.ToValidUTF8(text, "\uFFFD")
	}
	return x.redact(text, fold(text))
}

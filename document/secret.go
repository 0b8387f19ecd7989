package document

import (
	"github.com/millrace/millrace/fault"
	"github.com/millrace/millrace/internal/redact"
)

// secrets is what the variables of one value stood for. Of what is said about that value not even
// short ones are left; of everything else the document's redactor, which knows them all, takes them out.
type secrets []piece

func (s *secrets) add(pieces []piece) {
	for _, p := range pieces {
		if p.secret() {
			*s = append(*s, p)
		}
	}
}

// conceal takes secrets out of the words of a fault, and out of the keys that are not the document's.
func (s *secrets) conceal(f fault.Fault) fault.Fault {
	if len(*s) == 0 {
		return f
	}
	r := &redact.Redactor{Strict: true}
	for _, p := range *s {
		r.Add(p.written, p.text)
	}
	f.Problem, f.Want = r.Text(f.Problem), r.Text(f.Want)
	return f
}

// publish makes known to the redactor what a reader of the document knows anyway.
func (c *checker) publish(d *Document) {
	for _, m := range d.Modules {
		c.secrets.Public(m.Name, m.Spec.Name)
	}
}

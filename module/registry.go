package module

import (
	"maps"
	"slices"

	"github.com/millrace/millrace/fault"
)

// Registry is a fixed set of module kinds by name. It is a value that a program builds and hands
// on; it is never changed once made, so any number of goroutines may use it.
type Registry struct{ specs map[string]Spec }

// NewRegistry makes a registry. Duplicate names and incomplete specs are refused; the error is a
// fault.List that names every one of them.
func NewRegistry(specs ...Spec) (*Registry, error) {
	var faults fault.List
	r := &Registry{specs: make(map[string]Spec, len(specs))}
	for i, s := range specs {
		place := fault.At(fault.Index(i))
		if s.Name != "" {
			place = fault.At(fault.Key(s.Name))
		}
		if _, known := r.specs[s.Name]; known {
			faults.Add(place, "registered twice", "want each name once")
		}
		faults.Under(place, s.complete())
		r.specs[s.Name] = s
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	return r, nil
}

// Lookup returns the kind of that name.
func (r *Registry) Lookup(name string) (Spec, bool) {
	s, ok := r.specs[name]
	return s, ok
}

// Names lists the kinds, sorted.
func (r *Registry) Names() []string { return slices.Sorted(maps.Keys(r.specs)) }

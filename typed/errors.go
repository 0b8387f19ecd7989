package typed

import (
	"errors"
	"fmt"
	"reflect"

	"github.com/millrace/millrace/property"
)

var (
	// ErrType means that a Go type cannot be a message. The error names the field and what would be right.
	ErrType = errors.New("typed: type cannot be a message")
	// ErrMessage means that a message is no value of the type: a property is missing, or it or the
	// content does not parse. The error names it, and the field.
	ErrMessage = errors.New("typed: message is not of the type")
	// ErrValue means that a value cannot be written, because a field's MarshalText or codec fails. The
	// error names the field, and wraps what was returned.
	ErrValue = errors.New("typed: value cannot be written")
)

// place is a field, and which property it is.
type place struct {
	key   property.Key
	field string // Reading.Celsius
}

// refused says why a property is not what its field wants.
func (p *place) refused(v property.View, want string) error {
	value, there := v.Find(p.key)
	if !there {
		return fmt.Errorf("%w: the property %q is missing: want %s, for %s", ErrMessage, p.key.Name(), want, p.field)
	}
	return fmt.Errorf("%w: the property %q is %.64q: want %s, for %s", ErrMessage, p.key.Name(), value, want, p.field)
}

// unwritable says that a field's value failed to be written.
func (p *place) unwritable(err error) error { return fmt.Errorf("%w: %s: %w", ErrValue, p.field, err) }

// unreadable says that a field's own code did not understand what it was given.
func (p *place) unreadable(what string, err error) error {
	return fmt.Errorf("%w: %s, for %s: %w", ErrMessage, what, p.field, err)
}

// typeFault is an ErrType about a field of type t.
func typeFault(field string, t reflect.Type, what, want string) error {
	return fmt.Errorf("%w: %s (%v): %s: want %s", ErrType, field, t, what, want)
}

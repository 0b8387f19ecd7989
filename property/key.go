package property

import "github.com/millrace/millrace/internal/layout"

// Key is a property's key as an engine knows it: writing and finding with a Key is faster than with its
// name. Two keys of one engine with the same name are equal. The zero Key is none: writing with it is
// refused, and it finds nothing.
type Key layout.Key

// Name returns the key's text.
func (k Key) Name() string { return layout.Key(k).Name() }

// Keys gives property keys small numbers, so that looking a property up compares integers. It numbers
// a bounded count of keys and never forgets one; what came after the bound works all the same, more
// slowly. An engine has one of its own. Any goroutine may use it.
type Keys layout.Keys

// DefaultKeys is how many keys a Keys made with NewKeys(0) numbers.
const DefaultKeys = 1024

// NewKeys makes a Keys for up to limit keys; 0 means DefaultKeys.
func NewKeys(limit int) *Keys { return (*Keys)(layout.NewKeys(limit)) }

// Intern returns the key of that name, giving it a number if the bound allows.
func (k *Keys) Intern(name string) Key { return Key((*layout.Keys)(k).Intern(name)) }

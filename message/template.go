package message

import (
	"github.com/millrace/millrace/internal/arena"
	"github.com/millrace/millrace/property"
)

// Template is a list of properties that many messages have in common (the device, the site, the unit),
// written once: a publisher makes it (Publisher.Template) and any publisher of its engine claims drafts
// that begin with it (Publisher.ClaimTemplate), which is faster than to set each property of each
// message. It never changes, holds no memory of a module's, and any goroutine may use it. The zero
// Template has no properties.
type Template arena.Template

// Properties returns a view of the template's properties.
func (t Template) Properties() property.View { return property.View(arena.Template(t).Properties()) }

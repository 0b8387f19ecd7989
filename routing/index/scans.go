package index

import (
	"fmt"

	"github.com/millrace/millrace/filter"
)

// Scans tells why an index must evaluate a filter on messages that it does not match, instead of
// finding it by what they hold; "" if it need not.
func Scans(f filter.Filter) (why string) {
	var l filter.Lowering
	l.Lower(f)
	if l.Refused != "" {
		return l.Refused + ": it is evaluated on every message"
	}
	for i := range l.Any {
		if key, scans := scannedFor(&l.Any[i]); scans {
			return fmt.Sprintf("of %q it says nothing to look up, such as a value, a first letter "+
				"or a range: it is evaluated on every message that has that property", key)
		}
	}
	return ""
}

// scannedFor returns a property for whose sake a conjunction is evaluated, which nothing finds. That
// a property is there, or is not a certain value, is true of most messages and no reason.
func scannedFor(c *filter.Conjunction) (key string, scans bool) {
	for i := range c.Conditions {
		k := &c.Conditions[i]
		if len(k.Texts)+len(k.Lower)+len(k.Upper) > 0 || k.Number || k.Prefix != "" {
			return "", false
		}
		if k.Opaque {
			key, scans = k.Key, true
		}
	}
	return key, scans
}

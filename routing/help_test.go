package routing

import (
	"slices"

	"github.com/millrace/millrace/property"
)

// viewOf writes properties as a message does. Keys that keys does not know have no number.
func viewOf(keys *property.Keys, properties map[string]string) property.View {
	names := make([]string, 0, len(properties))
	for name := range properties {
		names = append(names, name)
	}
	slices.Sort(names)
	var image []byte
	var entries []property.Entry
	for _, name := range names {
		e := property.Entry{ID: keys.Lookup(name), Key: uint32(len(image))}
		image = append(append(image, name...), 0)
		e.Value = uint32(len(image))
		image = append(append(image, properties[name]...), 0)
		e.End = uint32(len(image) - 1)
		entries = append(entries, e)
	}
	return property.NewView(image, entries)
}

type values = map[string]string

package filter

import (
	"slices"
	"testing"

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

func match(f Filter, properties map[string]string) (Truth, Probe) {
	keys := property.NewKeys(0)
	matcher := Compile(f, keys)
	var p Probe
	return matcher.Match(viewOf(keys, properties), &p), p
}

func wantTruth(t *testing.T, f Filter, properties map[string]string, want Truth) {
	t.Helper()
	if got, _ := match(f, properties); got != want {
		t.Errorf("%v of %v is %d, want %d", f, properties, got, want)
	}
}

type values = map[string]string

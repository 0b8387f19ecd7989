package filter

import (
	"slices"
	"testing"

	"github.com/millrace/millrace/internal/layout"
	"github.com/millrace/millrace/property"
)

// viewOf writes properties as a message does. Keys that keys does not know have no number.
func viewOf(keys *property.Keys, properties map[string]string) property.View {
	names := make([]string, 0, len(properties))
	for name := range properties {
		names = append(names, name)
	}
	slices.Sort(names)
	var pairs [][2]string
	for _, name := range names {
		pairs = append(pairs, [2]string{name, properties[name]})
	}
	return property.View(layout.NewView(layout.NewAnnex((*layout.Keys)(keys), layout.Widest()), nil, pairs...))
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

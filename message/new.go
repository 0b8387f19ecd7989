package message

import (
	"maps"
	"slices"

	"github.com/millrace/millrace/internal/arena"
	"github.com/millrace/millrace/internal/layout"
)

// New makes a message that no engine knows: for tests, and to try a filter on. Its properties stand in
// the order of their keys, and the default Limits hold; the errors are those of a Draft. It reads like
// any other, and is held once: Release it, or leave it to the garbage collector.
func New(properties map[string]string, content []byte) (Message, error) {
	d, err := arena.NewArena(layout.NoKeys(), arena.Limits{}, 0).NewShard(nil).Claim(nil)
	if err != nil {
		return Message{}, err
	}
	for _, key := range slices.Sorted(maps.Keys(properties)) {
		d.Set(key, properties[key])
	}
	d.SetContent(content)
	m, err := d.Seal(1)
	return Message(m), err
}

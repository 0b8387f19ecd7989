package arena

import (
	"encoding/binary"
	"fmt"
	"testing"

	"github.com/millrace/millrace/internal/layout"
)

func newTestArena(limits Limits, memory int64) *Arena {
	return NewArena(layout.NewKeys(64), limits, memory)
}

func newTestShard() *Shard { return newTestArena(Limits{}, 0).NewShard(nil) }

func claim(t testing.TB, s *Shard) Draft {
	t.Helper()
	d, err := s.Claim(nil)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func seal(t testing.TB, d Draft, holders int) Message {
	t.Helper()
	m, err := d.Seal(holders)
	if err == nil {
		m.b.home.Count()
	}
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// write seals a message of the properties in pairs and that content.
func write(t testing.TB, s *Shard, content []byte, pairs ...string) Message {
	t.Helper()
	d := claim(t, s)
	for i := 0; i < len(pairs); i += 2 {
		d.Set(pairs[i], pairs[i+1])
	}
	d.SetContent(content)
	return seal(t, d, 1)
}

// Of an image without properties and content.
const (
	headerBytes = 10
	lengthBytes = 4
)

type pair struct{ key, value string }

func pairsOf(v layout.View) []pair {
	var list []pair
	for k, value := range v.All() {
		list = append(list, pair{string(k), string(value)})
	}
	return list
}

// parse reads an image strictly, knowing nothing of the code that wrote it.
func parse(image []byte) (pairs []pair, content []byte, err error) {
	if len(image) < 14 || image[0] != 0xA1 || image[1] != 0x60 {
		return nil, nil, fmt.Errorf("no header: %x", image)
	}
	if total := binary.BigEndian.Uint32(image[2:]); int(total) != len(image) {
		return nil, nil, fmt.Errorf("total is %d of %d", total, len(image))
	}
	rest := image[10:]
	text := func() (s string) {
		for i, c := range rest {
			if c == 0 {
				s, rest = string(rest[:i]), rest[i+1:]
				return s
			}
		}
		err = fmt.Errorf("no NUL in %x", rest)
		return ""
	}
	for range binary.BigEndian.Uint32(image[6:]) {
		key := text()
		pairs = append(pairs, pair{key, text()})
		if err != nil {
			return nil, nil, err
		}
	}
	if len(rest) < 4 || int(binary.BigEndian.Uint32(rest)) != len(rest)-4 {
		return nil, nil, fmt.Errorf("length does not fit the rest: %x", rest)
	}
	return pairs, rest[4:], nil
}

func mustPanic(t *testing.T, f func()) (text string) {
	t.Helper()
	defer func() {
		t.Helper()
		r := recover()
		if r == nil {
			t.Fatal("did not panic")
		}
		text = fmt.Sprint(r)
	}()
	f()
	return ""
}

package arena

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/leanovate/gopter"
	"github.com/leanovate/gopter/gen"
	"github.com/leanovate/gopter/prop"
)

// op is one step in writing a message, drawn at random and shrunk by gopter.
type op struct {
	kind  int // see apply
	key   int
	value string
}

const (
	opSet = iota
	opSetBytes
	opSetKey
	opDelete
	opIntern // from now on the key has a number
	opContent
	opKinds
)

var modelLimits = Limits{Properties: 6, PropertyBytes: 1500, Content: 100_000}

// model is a message as a plain list.
type model struct {
	pairs   []pair
	content []byte // nil until set
	err     error
}

func (m *model) apply(o op) {
	key := fmt.Sprint("key", o.key)
	switch {
	case m.err != nil || o.kind == opIntern:
	case o.kind == opContent:
		m.content = []byte(strings.Repeat(o.value, 1+o.key*o.key*20))
		if len(m.content) > modelLimits.Content {
			m.err = ErrContent
		}
	case m.content != nil:
		m.err = ErrOrder
	default:
		m.drop(key)
		if o.kind != opDelete {
			m.set(key, o.value)
		}
	}
}

func (m *model) drop(key string) {
	m.pairs = slices.DeleteFunc(m.pairs, func(p pair) bool { return p.key == key })
}

func (m *model) set(key, value string) {
	m.pairs = append(m.pairs, pair{key, value})
	bytes := 0
	for _, p := range m.pairs {
		bytes += len(p.key) + len(p.value) + 2
	}
	switch {
	case strings.Contains(value, "\x00"):
		m.err = ErrNUL
	case len(m.pairs) > modelLimits.Properties:
		m.err = ErrProperties
	case bytes > modelLimits.PropertyBytes:
		m.err = ErrPropertyBytes
	}
}

func apply(d Draft, o op) {
	key := fmt.Sprint("key", o.key)
	keys := d.b.home.arena.keys
	switch o.kind {
	case opSet:
		d.Set(key, o.value)
	case opSetBytes:
		d.SetBytes([]byte(key), []byte(o.value))
	case opSetKey:
		d.SetKey(keys.Intern(key), o.value)
	case opDelete:
		d.Delete(key)
	case opIntern:
		keys.Intern(key)
	case opContent:
		d.SetContent([]byte(strings.Repeat(o.value, 1+o.key*o.key*20)))
	}
}

// compare checks everything a reader can see, also through the bytes on the wire.
func compare(m Message, want *model) error {
	if got := pairsOf(m.Properties()); !slices.Equal(got, want.pairs) {
		return fmt.Errorf("properties %q, want %q", got, want.pairs)
	}
	if !bytes.Equal(m.Content(), want.content) {
		return fmt.Errorf("content of %d bytes, want %d", len(m.Content()), len(want.content))
	}
	for key := range 9 {
		name := fmt.Sprint("key", key)
		i := slices.IndexFunc(want.pairs, func(p pair) bool { return p.key == name })
		byName, ok := m.Property(name)
		byKey, there := m.Properties().Find(m.b.home.arena.keys.Intern(name))
		if ok != (i >= 0) || there != ok || !bytes.Equal(byName, byKey) ||
			ok && string(byName) != want.pairs[i].value {
			return fmt.Errorf("%s reads %q, %v and %q, %v", name, byName, ok, byKey, there)
		}
	}
	pairs, content, err := parse(m.Wire())
	if err != nil || !slices.Equal(pairs, want.pairs) || !bytes.Equal(content, want.content) {
		return fmt.Errorf("on the wire: %q, %d bytes, %w", pairs, len(content), err)
	}
	return nil
}

// writeBoth applies the steps to a draft and to a model; it returns a message if there is one.
func writeBoth(d Draft, want *model, steps []op) (Message, error) {
	for _, o := range steps {
		apply(d, o)
		want.apply(o)
		if !errors.Is(d.Err(), want.err) {
			return Message{}, fmt.Errorf("after %+v: %w; want %s", o, d.Err(), text(want.err))
		}
	}
	m, err := d.Seal(1)
	if !errors.Is(err, want.err) {
		return Message{}, fmt.Errorf("Seal: %w; want %s", err, text(want.err))
	}
	if err != nil {
		d.Abort()
		return Message{}, nil
	}
	m.b.home.Count()
	return m, compare(m, want)
}

func text(err error) string { return fmt.Sprint(err) }

func runModel(s *Shard, first, second []op) error {
	d, err := s.Claim(nil)
	if err != nil {
		return err
	}
	want := &model{}
	m, err := writeBoth(d, want, first)
	if err != nil || m.IsZero() {
		return err
	}
	defer m.Release()
	if d, err = s.ClaimFrom(m, nil); err != nil {
		return err
	}
	copied := &model{pairs: slices.Clone(want.pairs)}
	next, err := writeBoth(d, copied, second)
	if err != nil {
		return err
	}
	if !next.IsZero() {
		next.Release()
	}
	return compare(m, want) // the old one has not changed
}

func genOps() gopter.Gen {
	value := gen.Frequency(map[int]gopter.Gen{
		10: gen.AlphaString(),
		5:  gen.IntRange(0, 700).Map(func(n int) string { return strings.Repeat("v", n) }),
		1:  gen.Const("nul\x00"),
	})
	kind := gen.Weighted([]gen.WeightedGen{
		{Weight: 9, Gen: gen.IntRange(opSet, opSetKey)}, {Weight: 3, Gen: gen.Const(opDelete)},
		{Weight: 1, Gen: gen.Const(opIntern)}, {Weight: 1, Gen: gen.Const(opContent)},
	})
	one := gopter.CombineGens(kind, gen.IntRange(0, 8), value).Map(func(v []interface{}) op {
		return op{v[0].(int), v[1].(int), v[2].(string)}
	})
	return gen.SliceOf(one)
}

func TestAMessageFollowsAPlainList(t *testing.T) {
	parameters := gopter.DefaultTestParametersWithSeed(1)
	parameters.MinSuccessfulTests = 2000
	parameters.MaxSize = 14
	properties := gopter.NewProperties(parameters)
	var s *Shard
	runs := 0
	properties.Property("written and read", prop.ForAll(func(first, second []op) (bool, error) {
		if runs%100 == 0 { // now and then afresh, with no key interned
			s = newTestArena(modelLimits, 0).NewShard(nil)
		}
		runs++
		if err := runModel(s, first, second); err != nil {
			return false, err
		}
		held, err := s.arena.Held()
		return held == 0, err
	}, genOps(), genOps()))
	properties.TestingRun(t)
}

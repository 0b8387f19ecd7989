package typed_test

import (
	"context"
	"errors"
	"log/slog"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/message"
	"github.com/millrace/millrace/typed"
)

// onlyOut has a text to write and none to read.
type onlyOut struct{}

func (onlyOut) MarshalText() ([]byte, error) { return nil, errors.New("as it happens") }

// Inner is embedded by a pointer.
type Inner struct {
	A int `property:"a"`
}

// Every mistake in a type names the field, what is wrong, and what would be right.
func TestTypeErrors(t *testing.T) {
	type noTags struct{ A int }
	type unexported struct {
		a int `property:"a"`
	}
	type both struct {
		A int `property:"a" content:"raw"`
	}
	type nameless struct {
		A int `property:",static"`
	}
	type nul struct {
		A int "property:\"a\\x00\""
	}
	type twice struct {
		A int `property:"a"`
		B int `property:"a"`
	}
	type contents struct {
		A string `content:"raw"`
		B string `content:"raw"`
	}
	type option struct {
		A int `property:"a,omitempty"`
	}
	type contentOption struct {
		A int `content:"json,static"`
	}
	type unknown struct {
		A int `content:"protobuf"`
	}
	type maps struct {
		A map[string]int `property:"a"`
	}
	type pointers struct {
		A **int `property:"a"`
	}
	type pointedText struct {
		A *netip.Addr `property:"a"`
	}
	type level struct {
		A *slog.Level `property:"a"`
	}
	type decimals struct {
		A int `property:"a,decimals=2"`
	}
	type tooMany struct {
		A float64 `property:"a,decimals=16"`
	}
	type static struct {
		A *int `property:"a,static"`
	}
	type exclusive struct {
		A int `property:"a,static,omitzero"`
	}
	type zero struct {
		A slog.Level `property:"a,omitzero"`
	}
	type shared struct {
		A string `property:"a,shared"`
	}
	type sharedJSON struct {
		A []byte `content:"json,shared"`
	}
	type raw struct {
		A int `content:"raw"`
	}
	type binary struct {
		A int `content:"binary"`
	}
	type codec struct {
		A int `content:"codec"`
	}
	type embedded struct{ *Inner }
	_ = unexported{}.a

	unfit[int](t, "int: it is no struct: want a struct with tags on its fields")
	unfit[*noTags](t, "*typed_test.noTags: it is no struct: want a struct with tags on its fields")
	unfit[noTags](t, `typed_test.noTags: no field has a tag: want property:"NAME" or content:"json"`)
	unfit[unexported](t, "unexported.a (int): it is not exported, so it cannot be set: want an upper-case name, or no tag")
	unfit[both](t, "both.A (int): it has the tags property and content: want one of them")
	unfit[nameless](t, `nameless.A (int): its tag names no property: want property:"NAME"`)
	unfit[nul](t, "nul.A (int): its property's name has a NUL: want a name without")
	unfit[twice](t, `twice.B (int): the property "a" is that of typed_test.twice.A: want another name`)
	unfit[contents](t, "contents.B (string): the content is that of typed_test.contents.A: want one content")
	unfit[option](t, `option.A (int): the unknown option "omitempty" of property: want static, omitzero, shared or decimals=N`)
	unfit[contentOption](t, `contentOption.A (int): the unknown option "static" of content: want shared, or none`)
	unfit[unknown](t, `unknown.A (int): the unknown content "protobuf": want raw, json, binary or codec`)
	const kinds = "it cannot be a property: want a string, []byte, bool, number, time.Time, time.Duration, " +
		`a pointer to one of these but []byte, a type with MarshalText and UnmarshalText, or content:"json"`
	unfit[maps](t, "maps.A (map[string]int): "+kinds)
	unfit[pointers](t, "pointers.A (**int): "+kinds)
	unfit[pointedText](t, "pointedText.A (*netip.Addr): it is a pointer to a type with its own text: want the type itself")
	unfit[level](t, "level.A (*slog.Level): it is a pointer to a type with its own text: want the type itself")
	unfit[decimals](t, "decimals.A (int): it has no decimals: want a float64 or float32")
	unfit[tooMany](t, `tooMany.A (float64): "16" decimals: want 0 to 15`)
	unfit[static](t, "static.A (*int): it cannot be static: want a string, a bool, a number or a time")
	unfit[exclusive](t, "exclusive.A (int): it is static and omitzero: want one of them")
	unfit[zero](t, "zero.A (slog.Level): it cannot be omitzero: want a type with IsZero")
	unfit[shared](t, "shared.A (string): it cannot be shared: want a []byte")
	unfit[sharedJSON](t, `sharedJSON.A ([]uint8): it cannot be shared: want a []byte, with content:"raw,shared"`)
	unfit[raw](t, `raw.A (int): it cannot be raw: want a string or []byte, or content:"json"`)
	unfit[binary](t, "binary.A (int): it has no AppendBinary or MarshalBinary: want one of them")
	unfit[codec](t, "codec.A (int): no codec is given: want typed.Content of a Codec[int]")
	unfit[codec](t, "codec.A (int): the codec is one of *typed_test.pair: want a Codec[int]", typed.Content(pairCodec{}))
	unfit[Inner](t, `Inner: a codec is given and no field has the tag content:"codec"`, typed.Content(pairCodec{}))
	unfit[embedded](t, "embedded.A (int): it is in a struct embedded by a pointer: want the struct itself embedded")
}

func unfit[T any](t *testing.T, want string, options ...typed.Option) {
	t.Helper()
	_, err := typed.NewWriter[T](engine.New(engine.Options{}), options...)
	if !errors.Is(err, typed.ErrType) || !strings.HasSuffix(err.Error(), want) {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
}

// Who only writes, or only reads, needs one half of a type's code.
func TestEachSideNeedsItsOwnHalf(t *testing.T) {
	type out struct {
		A onlyOut `property:"a"`
	}
	e := engine.New(engine.Options{})
	need(typed.NewWriter[out](e))(t)
	_, err := typed.NewReader[out](e)
	if want := "out.A (typed_test.onlyOut): it has MarshalText only: want UnmarshalText too"; err == nil ||
		!strings.HasSuffix(err.Error(), want) {
		t.Errorf("got %v", err)
	}
}

type strict struct {
	Int      int8          `property:"int"`
	Uint     uint8         `property:"uint"`
	Float    float64       `property:"float"`
	Float32  float32       `property:"float32"`
	Bool     bool          `property:"bool"`
	Time     time.Time     `property:"time"`
	Duration time.Duration `property:"duration"`
	Addr     netip.Addr    `property:"addr"`
	Pointer  *int          `property:"pointer"`
	Zero     int           `property:"zero,omitzero"`
	Content  []int         `content:"json"`
}

// A message that is no T goes to bad, with the reason, and those around it are received.
func TestBadMessages(t *testing.T) {
	l := newLine[strict](t)
	good := map[string]string{
		"int": "-128", "uint": "255", "float": "1e3", "float32": "0.1", "bool": "true", "time": "2026-03-01T12:00:00Z",
		"duration": "-0.5", "addr": "::1",
	}
	publish := func(key, value, content string) {
		l.raw(func(d message.Draft) {
			for k, v := range good {
				if k != key {
					d.Set(k, v)
				}
			}
			if value != "absent" {
				d.Set(key, value)
			}
			d.SetContent([]byte(content))
		})
	}
	for _, bad := range []struct{ key, value, want string }{
		{"int", "absent", `the property "int" is missing: want a whole number (int8), for typed_test.strict.Int`},
		{"int", "128", `the property "int" is "128": want a whole number (int8), for typed_test.strict.Int`},
		{"int", "1.0", `the property "int" is "1.0": want a whole number (int8), for typed_test.strict.Int`},
		{"uint", "-1", `the property "uint" is "-1": want a whole number without sign (uint8), for typed_test.strict.Uint`},
		{"float", "warm", `the property "float" is "warm": want a number, for typed_test.strict.Float`},
		{"float32", "1e39", `the property "float32" is "1e39": want a number (float32), for typed_test.strict.Float32`},
		{"bool", "yes", `the property "bool" is "yes": want true or false, for typed_test.strict.Bool`},
		{"time", "noon", `the property "time" is "noon": want a moment such as 2026-03-01T12:00:00.25Z, for typed_test.strict.Time`},
		{"duration", "1m", `the property "duration" is "1m": want seconds such as 0.25, for typed_test.strict.Duration`},
		{"duration", "9223372037", `the property "duration" is "9223372037": want seconds such as 0.25, for typed_test.strict.Duration`},
		{"addr", "here", `the property "addr", for typed_test.strict.Addr: ParseAddr("here"): unable to parse IP`},
		{"addr", "absent", `the property "addr" is missing: want its text, for typed_test.strict.Addr`},
		{"pointer", "", `the property "pointer" is "": want a whole number (int), for typed_test.strict.Pointer`},
		{"zero", "0x", `the property "zero" is "0x": want a whole number (int), for typed_test.strict.Zero`},
	} {
		l.bad = nil
		publish("int", "1", "[1]")
		publish(bad.key, bad.value, "[]")
		publish("int", "2", "null")
		if got := l.received(); len(got) != 2 || got[0].Int != 1 || got[1].Int != 2 {
			t.Errorf("%s %q: around it %v was received", bad.key, bad.value, got)
		}
		if len(l.bad) != 1 || !errors.Is(l.bad[0], typed.ErrMessage) || !strings.HasSuffix(l.bad[0].Error(), bad.want) {
			t.Errorf("%s %q: got\n%v\nwant\n%s", bad.key, bad.value, l.bad, bad.want)
		}
	}
	l.bad = nil
	publish("int", "1", "[")
	if l.received(); len(l.bad) != 1 || !strings.Contains(l.bad[0].Error(), "the content, for typed_test.strict.Content: unexpected end") {
		t.Errorf("a broken content: %v", l.bad)
	}
}

func TestEachWantsToKnowWhatBecomesOfBadMessages(t *testing.T) {
	f := func(context.Context, *engine.Publisher, Inner) {}
	if _, err := typed.Each(engine.New(engine.Options{}), f, nil); err == nil {
		t.Error("it does not")
	}
}

// What cannot be written is refused whole, and nothing of it stays.
func TestUnwritableValues(t *testing.T) {
	type out struct {
		N string `property:"n"`
		C *pair  `content:"codec"`
	}
	l := newLine[out](t, typed.Content(pairCodec{}))
	ctx := t.Context()
	if err := l.writer.Publish(ctx, l.out, out{}); !errors.Is(err, typed.ErrValue) ||
		!strings.HasSuffix(err.Error(), "typed_test.out.C: no pair") {
		t.Errorf("a codec's error became %v", err)
	}
	if err := l.writer.Publish(ctx, l.out, out{"\x00", &pair{}}); !errors.Is(err, message.ErrNUL) {
		t.Errorf("a NUL became %v", err)
	}
	if err := l.writer.PublishBatch(ctx, l.out, []out{{"1", &pair{}}, {"2", nil}, {"3", &pair{}}}); !errors.Is(err, typed.ErrValue) {
		t.Errorf("a batch with a mistake: %v", err)
	}
	if got := l.flow(out{"4", &pair{}}); len(got) != 1 || got[0].N != "4" {
		t.Errorf("got %s", shown(got))
	}
}

// panicking is a codec that never comes to an end.
type panicking struct{}

func (panicking) Append([]byte, int) ([]byte, error) { panic("as it happens") }

func (panicking) Unmarshal([]byte, *int) error { return nil }

// What was refused, or panicked over, keeps no memory: a module with room for a few messages can go on.
func TestRefusedValuesKeepNoMemory(t *testing.T) {
	type refused struct {
		C *pair `content:"codec"`
	}
	type broken struct {
		C int `content:"codec"`
	}
	e := engine.New(engine.Options{Memory: 8 << 10})
	pub := need(need(e.Attach("source", nil, engine.ModuleOptions{}))(t).Publisher())(t)
	refuse := need(typed.NewWriter[refused](e, typed.Content(pairCodec{})))(t)
	panics := need(typed.NewWriter[broken](e, typed.Content(panicking{})))(t)
	for range 1000 {
		if err := refuse.PublishBatch(t.Context(), pub, []refused{{&pair{}}, {nil}}); !errors.Is(err, typed.ErrValue) {
			t.Fatal(err)
		}
		func() {
			defer func() {
				if p := recover(); p != "as it happens" {
					t.Fatal(p)
				}
			}()
			t.Fatal(panics.Publish(t.Context(), pub, broken{}))
		}()
	}
}

// A MarshalText that fails is an error before anything is queued.
func TestMarshalTextFails(t *testing.T) {
	type out struct {
		A onlyOut `property:"a"`
	}
	e := engine.New(engine.Options{})
	pub := need(need(e.Attach("source", nil, engine.ModuleOptions{}))(t).Publisher())(t)
	err := need(typed.NewWriter[out](e))(t).Publish(t.Context(), pub, out{})
	if !errors.Is(err, typed.ErrValue) || !strings.HasSuffix(err.Error(), "typed_test.out.A: as it happens") {
		t.Errorf("got %v", err)
	}
	report := need(e.Close(t.Context()))(t)
	if report.Published != 0 || report.Unreleased != 0 {
		t.Errorf("%+v", report.Totals)
	}
}

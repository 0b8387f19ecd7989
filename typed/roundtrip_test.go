package typed_test

import (
	"encoding/json"
	"errors"
	"math"
	"math/big"
	"net/netip"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/leanovate/gopter"
	"github.com/leanovate/gopter/gen"
	"github.com/leanovate/gopter/prop"

	"github.com/millrace/millrace/message"
	"github.com/millrace/millrace/typed"
)

type (
	color  string
	number int16
	bits   uint64
	ratio  float32
	blob   []byte
)

// Scalars is one field of each kind; it is embedded below.
type Scalars struct {
	String   string        `property:"string"`
	Named    color         `property:"named"`
	Bool     bool          `property:"bool"`
	Int      int           `property:"int"`
	Int8     int8          `property:"int8"`
	Int16    number        `property:"int16"`
	Int32    int32         `property:"int32"`
	Int64    int64         `property:"int64"`
	Uint     uint          `property:"uint"`
	Uint8    uint8         `property:"uint8"`
	Uint16   uint16        `property:"uint16"`
	Uint32   uint32        `property:"uint32"`
	Uint64   bits          `property:"uint64"`
	Float32  ratio         `property:"float32"`
	Float64  float64       `property:"float64"`
	Duration time.Duration `property:"duration"`
	Time     time.Time     `property:"time"`
	Bytes    blob          `property:"bytes"`
}

type everything struct {
	Scalars
	Addr     netip.Addr `property:"addr"`
	Big      big.Int    `property:"big"`
	Static   string     `property:"static,static"`
	Number   int        `property:"static number,static"`
	Fixed    float64    `property:"fixed,decimals=3"`
	Zero     int        `property:"zero,omitzero"`
	When     time.Time  `property:"when,omitzero"`
	Home     string
	Pointer  *color         `property:"pointer"`
	Pointed  *uint16        `property:"pointed,omitzero"`
	Moment   *time.Time     `property:"moment"`
	Timeout  *time.Duration `property:"timeout"`
	Content  map[string]any `content:"json"`
	internal int
}

// What is written is what is read, whatever the values.
func TestRoundTripOfEveryKind(t *testing.T) {
	l := newLine[everything](t)
	parameters := gopter.DefaultTestParameters()
	parameters.MinSuccessfulTests = 300
	properties := gopter.NewProperties(parameters)
	properties.Property("round trip", prop.ForAll(func(seed []uint64, texts []string) string {
		wrote := drawn(tape{seed, texts, new(int)})
		got := l.flow(wrote)
		if wrote.Home, wrote.internal = "", 0; len(got) != 1 || !reflect.DeepEqual(got[0], wrote) {
			return "wrote " + shown(wrote) + "\nread " + shown(got) + " " + errors.Join(l.bad...).Error()
		}
		return ""
	}, gen.SliceOfN(24, gen.UInt64()), gen.SliceOfN(8, gen.AnyString())))
	properties.TestingRun(t)
}

// tape is what values are drawn from.
type tape struct {
	numbers []uint64
	texts   []string
	at      *int
}

func (d tape) number() uint64 {
	*d.at++
	n := d.numbers[*d.at%len(d.numbers)]
	return n >> (n % 64) // all magnitudes
}

func (d tape) text() string {
	*d.at++
	return strings.ReplaceAll(d.texts[*d.at%len(d.texts)], "\x00", "")
}

func (d tape) float() float64 {
	if f := math.Float64frombits(d.number() * 0x9E3779B97F4A7C15); !math.IsNaN(f) {
		return f
	}
	return math.Inf(1)
}

func (d tape) float32() float32 {
	if f := math.Float32frombits(uint32(d.number() * 0x9E3779B97F4A7C15 >> 32)); f == f {
		return f
	}
	return -1
}

func (d tape) time() time.Time {
	return time.Unix(int64(d.number()%250_000_000_000), int64(d.number()%1e9)).UTC()
}

func maybe[N any](d tape, v N) *N {
	if d.number()%2 == 0 {
		return nil
	}
	return &v
}

func drawn(d tape) everything {
	return everything{
		Scalars: Scalars{
			String: d.text(), Named: color(d.text()), Bool: d.number()%2 == 0, Int: int(d.number()), Int8: int8(d.number()),
			Int16: number(d.number()), Int32: int32(d.number()), Int64: -int64(d.number()), Uint: uint(d.number()),
			Uint8: uint8(d.number()), Uint16: uint16(d.number()), Uint32: uint32(d.number()), Uint64: bits(d.number()),
			Float32: ratio(d.float32()), Float64: d.float(), Duration: time.Duration(-d.number()), Time: d.time(),
			Bytes: blob(d.text()),
		},
		Addr: netip.AddrFrom4([4]byte{byte(d.number())}), Big: *new(big.Int).SetUint64(d.number() | 1), Home: d.text(),
		Static: d.text(), Number: int(d.number() % 3), Fixed: float64(int32(d.number())) / 8, Zero: int(d.number() % 2),
		When: []time.Time{{}, d.time()}[d.number()%2], Pointer: maybe(d, color(d.text())), Pointed: maybe(d, uint16(d.number())),
		Moment: maybe(d, d.time()), Timeout: maybe(d, time.Duration(d.number())), internal: 1,
		Content: map[string]any{strings.ToValidUTF8(d.text(), "?"): strings.ToValidUTF8(d.text(), "?")},
	}
}

func shown(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// The texts are what the package comment says, and what filters can compare.
func TestValuesAsText(t *testing.T) {
	type texts struct {
		Float   float64       `property:"float"`
		Float32 float32       `property:"float32"`
		Small   float32       `property:"small"`
		Fixed   float32       `property:"fixed,decimals=1"`
		Second  time.Duration `property:"second"`
		Nano    time.Duration `property:"nano"`
		Least   time.Duration `property:"least"`
		Time    time.Time     `property:"time"`
		None    *int          `property:"none"`
		Zero    int           `property:"zero,omitzero"`
		Unit    string        `property:"unit,static"`
	}
	l := newLine[texts](t)
	d := need(l.writer.Claim(t.Context(), l.out, texts{
		Float: 0.1, Float32: 0.1, Small: 1e-7, Fixed: 2.25, Second: 90 * time.Second, Nano: -1, Least: math.MinInt64, Unit: "m",
		Time: time.Date(2026, 3, 1, 13, 0, 0, 250e6, time.FixedZone("", 3600)),
	}))(t)
	defer d.Abort()
	var got []string
	for key, value := range d.Properties().All() {
		got = append(got, string(key)+"="+string(value))
	}
	const want = "unit=m float=0.1 float32=0.1 small=1e-07 fixed=2.2 second=90 nano=-0.000000001 " +
		"least=-9223372036.854775808 time=2026-03-01T12:00:00.25Z"
	if text := strings.Join(got, " "); text != want {
		t.Errorf("got\n%s\nwant\n%s", text, want)
	}
}

// pair is a type with a codec of its own, such as generated code has.
type pair struct{ A, B byte }

type pairCodec struct{}

func (pairCodec) Append(b []byte, p *pair) ([]byte, error) {
	if p == nil {
		return nil, errors.New("no pair")
	}
	return append(b, p.A, p.B), nil
}

func (pairCodec) Unmarshal(b []byte, p **pair) error {
	if len(b) != 2 {
		return errors.New("want two bytes")
	}
	*p = &pair{b[0], b[1]}
	return nil
}

func TestContents(t *testing.T) {
	type raw struct {
		C string `content:"raw"`
	}
	type bytes struct {
		C []byte `content:"raw"`
	}
	type binary struct {
		C time.Time `content:"binary"`
	}
	type coded struct {
		C *pair `content:"codec"`
	}
	contentTravels(t, raw{"some\x00 text"}, "some\x00 text")
	contentTravels(t, raw{strings.Repeat("long", 50_000)}, strings.Repeat("long", 50_000))
	contentTravels(t, bytes{[]byte("bytes")}, "bytes")
	contentTravels(t, coded{&pair{'x', 'y'}}, "xy", typed.Content(pairCodec{}))
	moment := time.Unix(1, 2).UTC()
	contentTravels(t, binary{moment}, string(need(moment.MarshalBinary())(t)))
}

func contentTravels[T any](t *testing.T, v T, content string, options ...typed.Option) {
	t.Helper()
	l := newLine[T](t, options...)
	d := need(l.writer.Claim(t.Context(), l.out, v))(t)
	if got := string(d.Content()); got != content {
		t.Errorf("%T: the content is %.80q, want %.80q", v, got, content)
	}
	d.Abort()
	if got := l.flow(v); len(got) != 1 || !reflect.DeepEqual(got[0], v) {
		t.Errorf("%T: got %.80v, want %.80v; %v", v, got, v, l.bad)
	}
}

// What a handler is given is its own: it may keep it, and the next message does not change it.
func TestReceivedValuesAreTheReceivers(t *testing.T) {
	type kept struct {
		P *int   `property:"p"`
		B []byte `property:"b"`
		R []byte `content:"raw"`
	}
	l, one, two := newLine[kept](t), 1, 2
	got := l.flow(kept{&one, []byte("one"), []byte("eins")}, kept{&two, []byte("two"), []byte("zwei")})
	if len(got) != 2 || *got[0].P != 1 || string(got[0].B) != "one" || string(got[0].R) != "eins" {
		t.Errorf("the first became %s", shown(got))
	}
}

// Shared bytes are the message's, and others are not.
func TestSharedBytesAreTheMessages(t *testing.T) {
	type owned struct {
		B []byte `property:"b"`
		R []byte `content:"raw"`
	}
	type shared struct {
		B []byte `property:"b,shared"`
		R []byte `content:"raw,shared"`
	}
	l := newLine[shared](t)
	reader := need(typed.NewReader[shared](l.engine))(t)
	m := need(message.New(map[string]string{"b": "property"}, []byte("content")))(t)
	v := need(reader.Read(m))(t)
	value, _ := m.Property("b")
	if &v.B[0] != &value[0] || &v.R[0] != &m.Content()[0] {
		t.Error("they were copied")
	}
	o := need(need(typed.NewReader[owned](l.engine))(t).Read(m))(t)
	if &o.B[0] == &value[0] || &o.R[0] == &m.Content()[0] {
		t.Error("what is not shared was not copied")
	}
}

// A static property follows its value, also when a batch has several.
func TestStaticFollowsTheValue(t *testing.T) {
	type reading struct {
		Site string  `property:"site,static"`
		Gain float64 `property:"gain,static"`
		N    int     `property:"n"`
	}
	l := newLine[reading](t)
	batch := []reading{{"a", 1, 1}, {"a", 1, 2}, {"b", 1, 3}, {"b", 2, 4}, {"a", 1, 5}, {"", 0, 6}}
	check(t, l.writer.PublishBatch(t.Context(), l.out, batch))
	if got := l.received(); !reflect.DeepEqual(got, batch) {
		t.Errorf("got %v", got)
	}
}

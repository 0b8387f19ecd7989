package typed_test

import (
	"context"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/message"
	"github.com/millrace/millrace/property"
	"github.com/millrace/millrace/typed"
)

// BenchmarkStructs measures what package typed costs beside the same written by hand, by templates and
// keys. The two take turns on one processor, 512 messages each, from the first claim until all were
// received; an operation is a turn of both. publish: the sink only counts; journey: it reads all.
func BenchmarkStructs(b *testing.B) {
	b.Run("publish", func(b *testing.B) { takeTurns(b, false) })
	b.Run("journey", func(b *testing.B) { takeTurns(b, true) })
}

const (
	turn = 512 // messages, which fit the sink's ring
	lot  = 64  // of them at a time
)

// sample is a message of six properties, two of which are always the same.
type sample struct {
	Site    string  `property:"site,static"`
	Unit    string  `property:"unit,static"`
	Device  string  `property:"device"`
	N       int     `property:"n"`
	Celsius float64 `property:"celsius,decimals=2"`
	On      bool    `property:"on"`
	Content []byte  `content:"raw,shared"`
}

var devices = []string{"boiler", "freezer", "oven"}

func sampleOf(n int, content []byte) sample {
	return sample{"bakery", "celsius", devices[n%len(devices)], n, float64(n%100) + 0.25, n%2 == 0, content}
}

// counted is what a sink has seen: each side must find the same.
type counted struct {
	messages, bytes, texts, on int
	celsius                    float64
	emptied                    chan struct{} // after each turn
}

func (c *counted) count(s *sample) {
	c.bytes += len(s.Content) + s.N
	c.texts += len(s.Site) + len(s.Unit) + len(s.Device)
	c.celsius += s.Celsius
	if s.On {
		c.on++
	}
}

func (c *counted) add(messages int) {
	if c.messages += messages; c.messages%turn == 0 {
		c.emptied <- struct{}{}
	}
}

// path is one way from a source to a sink.
type path struct {
	counted
	out    *engine.Publisher
	batch  func(from int) error
	handle func(m message.Message)
}

func newPath(tb testing.TB, e *engine.Engine, name string, reads bool) *path {
	p := &path{counted: counted{emptied: make(chan struct{}, 1)}}
	receive := func(_ context.Context, _ *engine.Publisher, batch []message.Message) {
		if reads {
			for _, m := range batch {
				p.handle(m)
			}
		}
		p.add(len(batch))
	}
	source := need(e.Attach(name, nil, engine.ModuleOptions{}))(tb)
	need(e.Attach(name+" sink", engine.HandlerFunc(receive), engine.ModuleOptions{}))(tb)
	check(tb, e.Link(engine.Link{Source: name, Sink: name + " sink"}))
	p.out = need(source.Publisher())(tb)
	return p
}

// fill publishes a turn and waits until all was received.
func (p *path) fill(tb testing.TB) time.Duration {
	began := time.Now()
	for from := 0; from < turn; from += lot {
		check(tb, p.batch(from))
	}
	<-p.emptied
	return time.Since(began)
}

// typedPath does it with package typed.
func typedPath(tb testing.TB, e *engine.Engine, content []byte, reads bool) *path {
	p := newPath(tb, e, "typed", reads)
	writer, reader := need(typed.NewWriter[sample](e))(tb), need(typed.NewReader[sample](e))(tb)
	values := make([]sample, lot)
	p.batch = func(from int) error {
		for i := range values {
			values[i] = sampleOf(from+i, content)
		}
		return writer.PublishBatch(context.Background(), p.out, values)
	}
	p.handle = func(m message.Message) {
		s, err := reader.Read(m)
		if err != nil {
			tb.Error(err)
		}
		p.count(&s)
	}
	return p
}

// byHand does it as somebody would who wants it fast.
func byHand(tb testing.TB, e *engine.Engine, content []byte, reads bool) *path {
	p := newPath(tb, e, "hand", reads)
	site, unit, device := e.Key("site"), e.Key("unit"), e.Key("device")
	n, celsius, on := e.Key("n"), e.Key("celsius"), e.Key("on")
	always := need(p.out.Template(func(d message.Draft) {
		d.SetKey(site, "bakery")
		d.SetKey(unit, "celsius")
	}))(tb)
	drafts := make([]message.Draft, lot)
	p.batch = func(from int) error {
		for i := range drafts {
			s := sampleOf(from+i, content)
			d, err := p.out.ClaimTemplate(context.Background(), always)
			if err != nil {
				return err
			}
			d.SetKey(device, s.Device)
			d.SetInt(n, int64(s.N))
			d.SetFixed(celsius, s.Celsius, 2)
			d.SetBool(on, s.On)
			d.SetContent(s.Content)
			drafts[i] = d
		}
		return p.out.PublishBatch(context.Background(), drafts)
	}
	p.handle = func(m message.Message) {
		v := m.Properties()
		number, is := v.Int(n)
		degrees, are := v.Float(celsius)
		whether, known := v.Bool(on)
		if !is || !are || !known {
			tb.Error("a value does not parse")
		}
		p.texts += lengthOf(tb, v, site) + lengthOf(tb, v, unit) + lengthOf(tb, v, device)
		p.count(&sample{N: int(number), Celsius: degrees, On: whether, Content: m.Content()})
	}
	return p
}

func lengthOf(tb testing.TB, v property.View, key property.Key) int {
	value, there := v.Find(key)
	if !there {
		tb.Errorf("%q is missing", key.Name())
	}
	return len(value)
}

// takeTurns measures both ways, and looks that they came to the same.
func takeTurns(b *testing.B, reads bool) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	e, content := engine.New(engine.Options{}), make([]byte, 256)
	one, other := byHand(b, e, content, reads), typedPath(b, e, content, reads)
	var hand, structs, ratios []float64
	b.ReportAllocs()
	for b.Loop() {
		var h, s time.Duration
		if len(ratios)%2 == 0 { // neither is always first
			h, s = one.fill(b), other.fill(b)
		} else {
			s, h = other.fill(b), one.fill(b)
		}
		hand, structs = append(hand, float64(h)/turn), append(structs, float64(s)/turn)
		ratios = append(ratios, float64(s)/float64(h))
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(median(hand), "hand-ns/msg")
	b.ReportMetric(median(structs), "typed-ns/msg")
	b.ReportMetric(median(ratios), "typed/hand")
	need(e.Close(context.Background()))(b)
	sameCount(b, &one.counted, &other.counted, len(ratios)*turn)
}

func sameCount(b *testing.B, one, other *counted, messages int) {
	b.Helper()
	x, y := *one, *other
	x.emptied, y.emptied = nil, nil
	if x != y || x.messages != messages {
		b.Errorf("by hand %+v, typed %+v, of %d messages", x, y, messages)
	}
}

func median(values []float64) float64 {
	slices.Sort(values)
	return values[len(values)/2]
}

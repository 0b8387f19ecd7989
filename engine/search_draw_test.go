package engine_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/millrace/millrace/engine"
)

// topology is what a seed stands for: an engine, its modules and links, and what they do.
type topology struct {
	seed        uint64
	options     engine.Options
	stations    []station
	pipes       []pipe
	tributaries []tributary
	changes     int    // that somebody outside makes
	letters     string // the sink of dead letters; empty: none
	budget      int64  // messages that handlers and relays publish in all
}

// station is a module and what its handler does with each message.
type station struct {
	name     string
	capacity int
	accepts  bool // it takes from the bus
	batch    bool // its handler takes batches

	by   speaker
	how  manner
	many int    // messages for each that it gets
	via  string // the module whose publisher a foreign one is

	keeps, panics, exits, changes, cancels, dawdles int // one in so many; 0: never
	strikes                                         int // panics until it is quarantined; 0: it never is
}

// speaker is whose publisher a handler publishes by.
type speaker int

const (
	silent  speaker = iota
	own             // the handler's own
	second          // another of its module
	foreign         // another module's
	relayed         // a relay, which the handler waits for
	handed          // a relay, which the handler waits for only when it is behind
	speakers
)

// manner is how a message is published.
type manner int

const (
	plainly manner = iota
	alike          // with the properties of another
	batched        // several at once
	forwarded
	manners
)

var (
	speakerNames = [...]string{"silent", "own", "second", "foreign", "relay", "relay behind"}
	mannerNames  = [...]string{"plain", "like", "batch", "forward"}
)

// pipe is a link.
type pipe struct {
	source, sink string
	delivery     int // of deliveries
	digit        int // it wants messages of this digit only; -1: all
}

var deliveries = []engine.Delivery{
	{}, {}, {}, {WhenFull: engine.DropNewest}, {WhenFull: engine.DropOldest}, {Timeout: 200 * time.Microsecond},
}

// tributary is a publisher outside handlers.
type tributary struct {
	source   string
	messages int
	how      manner
	size     int // content is at most as large
	cancels  int // one context in so many is cancelled at some time; 0: none
}

// drawTopology draws a topology of 5 to 60 modules. Most are small, for small ones do more in a second.
func drawTopology(seed uint64) *topology {
	d := lot{rand.New(rand.NewPCG(seed, 10))}
	n := 5 + d.IntN(8)
	if d.one(6) {
		n = 5 + d.IntN(56)
	}
	if d.one(2) {
		return d.tight(seed, n)
	}
	t := &topology{
		seed: seed,
		options: engine.Options{
			Memory:   int64(d.among(1, 2<<10, 8<<10, 64<<10, 1<<20)),
			Overflow: int64(d.among(1, 500, 5000, 1<<20)),
		},
		changes: d.among(0, 0, 10, 40),
		budget:  int64(n * d.among(10, 40, 100)),
	}
	for i := range n {
		t.stations = append(t.stations, d.station(fmt.Sprint("m", i), n))
	}
	for range d.IntN(2*n) + n/2 {
		t.pipes = append(t.pipes, d.pipe(n))
	}
	for range 1 + d.IntN(3+n/4) {
		t.tributaries = append(t.tributaries, d.tributary(n))
	}
	if d.one(4) {
		t.letters = d.name(n)
	}
	return t
}

// tight draws a topology in which nearly everything waits: relays with next to no memory, along links
// that block and turn round.
func (d lot) tight(seed uint64, n int) *topology {
	t := &topology{
		seed:    seed,
		options: engine.Options{Memory: int64(d.among(1, 1, 2<<10)), Overflow: int64(d.among(1, 5000))},
		changes: d.among(20, 100, 300),
		budget:  int64(n * d.among(40, 100)),
	}
	for i := range n {
		s := station{
			name: fmt.Sprint("m", i), capacity: d.among(2, 2, 64), batch: d.one(3),
			by: speaker(d.among(int(own), int(relayed), int(relayed), int(handed))), how: plainly,
			many: d.among(1, 1, 2, 4), dawdles: d.among(0, 2, 5), changes: d.among(0, 0, 20),
		}
		if s.by == own && d.one(2) {
			s.how = forwarded
		}
		t.stations = append(t.stations, s)
	}
	for range n + d.IntN(n) {
		t.pipes = append(t.pipes, pipe{d.name(n), d.name(n), 0, -1})
	}
	for range 1 + n/3 {
		t.tributaries = append(t.tributaries, tributary{source: d.name(n), messages: 60, size: d.among(0, 300)})
	}
	return t
}

// lot is a source of chance.
type lot struct{ *rand.Rand }

func (d lot) one(in int) bool { return in > 0 && d.IntN(in) == 0 }

func (d lot) among(list ...int) int { return list[d.IntN(len(list))] }

func (d lot) name(modules int) string { return fmt.Sprint("m", d.IntN(modules)) }

func (d lot) station(name string, modules int) station {
	return station{
		name:     name,
		capacity: d.among(2, 2, 2, 4, 16, 64),
		accepts:  d.one(20),
		batch:    d.one(3),
		by:       speaker(d.IntN(int(speakers))),
		how:      manner(d.IntN(int(manners))),
		many:     d.among(1, 1, 1, 2, 3, 8),
		via:      d.name(modules),
		keeps:    d.among(0, 0, 0, 3, 20),
		panics:   d.among(0, 0, 0, 0, 30),
		exits:    d.among(0, 0, 0, 0, 30),
		changes:  d.among(0, 0, 0, 10, 50),
		cancels:  d.among(0, 0, 5),
		dawdles:  d.among(0, 0, 2, 10),
		strikes:  d.among(0, 0, 0, 3),
	}
}

func (d lot) pipe(modules int) pipe {
	p := pipe{d.name(modules), d.name(modules), d.IntN(len(deliveries)), -1}
	if d.one(25) {
		p.source = engine.Any
	}
	if d.one(4) {
		p.digit = d.IntN(3)
	}
	return p
}

func (d lot) tributary(modules int) tributary {
	return tributary{
		source: d.name(modules), messages: 10 + d.IntN(60), how: manner(d.IntN(int(manners))),
		size: d.among(0, 50, 300, 3000), cancels: d.among(0, 0, 2, 10),
	}
}

// String prints the topology for people, who also have its seed.
func (t *topology) String() string {
	b := &strings.Builder{}
	fmt.Fprintf(b, "seed %d: memory %d, overflow %d, %d changes from outside, budget %d, letters to %q\n",
		t.seed, t.options.Memory, t.options.Overflow, t.changes, t.budget, t.letters)
	for _, s := range t.stations {
		fmt.Fprintln(b, " ", s)
	}
	for _, p := range t.pipes {
		fmt.Fprintln(b, " ", p)
	}
	for _, f := range t.tributaries {
		fmt.Fprintf(b, "  publisher of %s: %d messages of up to %d bytes, %s, cancelled 1 in %d\n",
			f.source, f.messages, f.size, mannerNames[f.how], f.cancels)
	}
	return b.String()
}

func (s station) String() string {
	text := fmt.Sprintf("%s: capacity %d, %s, %s", s.name, s.capacity, speakerNames[s.by], mannerNames[s.how])
	if s.by == foreign {
		text += " via " + s.via
	}
	text += fmt.Sprint(" times ", s.many)
	for _, flag := range []struct {
		name string
		is   bool
	}{{"bus", s.accepts}, {"batches", s.batch}} {
		if flag.is {
			text += ", " + flag.name
		}
	}
	for _, odds := range []struct {
		name string
		in   int
	}{
		{"keeps", s.keeps}, {"panics", s.panics}, {"exits", s.exits}, {"changes", s.changes},
		{"cancels", s.cancels}, {"dawdles", s.dawdles},
	} {
		if odds.in > 0 {
			text += fmt.Sprintf(", %s 1 in %d", odds.name, odds.in)
		}
	}
	if s.strikes > 0 {
		text += fmt.Sprintf(", quarantined after %d panics", s.strikes)
	}
	return text
}

func (p pipe) String() string {
	d := deliveries[p.delivery]
	text := fmt.Sprintf("%s -> %s %v", p.source, p.sink, d.WhenFull)
	if d.Timeout > 0 {
		text += fmt.Sprint(" ", d.Timeout)
	}
	if p.digit >= 0 {
		text += fmt.Sprint(" digit ", p.digit)
	}
	return text
}

// Package workload makes the filters and messages that filter indexes are measured with: W1, one
// equality; W2, two or three equalities and a range; W3, a prefix, an existence, a difference or a
// list. Messages have 6.2 properties on average.
//
// Everything follows from numbers: the i-th filter and the i-th message of a workload of n filters
// are always the same.
package workload

import (
	"fmt"
	"math/rand/v2"

	"github.com/millrace/millrace/internal/layout"
	"github.com/millrace/millrace/property"
)

// Workload is a kind of filters and the messages that they are matched with.
type Workload struct {
	Name    string
	filter  func(r *rand.Rand, n int) Filter
	message func(r *rand.Rand, n int) Message
}

// All are the workloads.
func All() []Workload {
	return []Workload{
		{"W1", oneEquality, plainMessage}, {"W2", equalitiesAndRange, plainMessage},
		{"W3", mixed, topicMessage},
	}
}

// Condition is one comparison of a filter.
type Condition struct {
	Key    string
	Op     Op
	Texts  []string // Equal: one; In: some; Prefix: one; Differs: one
	Number float64  // Below, From
}

// Op is what a condition compares.
type Op int

// The comparisons.
const (
	Equal Op = iota
	In
	Prefix
	Differs // is there and does not equal
	Exists
	Below // its number is less than Number
	From  // its number is Number or greater
)

// Filter is a conjunction of conditions.
type Filter []Condition

// Message is a list of properties: keys and values.
type Message [][2]string

// Filter returns the i-th of n filters.
func (w Workload) Filter(i, n int) Filter {
	return w.filter(rand.New(rand.NewPCG(uint64(i), uint64(n))), n)
}

// Message returns the i-th message for n filters.
func (w Workload) Message(i, n int) Message {
	return w.message(rand.New(rand.NewPCG(uint64(i), ^uint64(n))), n)
}

// Keys are those that any workload uses.
func Keys() []string {
	return []string{"deviceId", "kind", "site", "serial", "temp", "asset", "line", "topic", "status", "alarm"}
}

func device(n int) string { return fmt.Sprintf("device-%07d", n) }
func serial(n int) string { return fmt.Sprintf("sn%08x", uint32(n)*2654435761) }
func asset(n int) string  { return fmt.Sprintf("asset/%06d", n) }
func kind(n int) string   { return fmt.Sprintf("kind-%d", n) }
func site(n int) string   { return fmt.Sprintf("site-%d", n) }
func line(n int) string   { return fmt.Sprintf("line-%d", n) }

func equal(key, text string) Condition { return Condition{Key: key, Texts: []string{text}} }

// oneEquality has three keys, of which a message has two or three: one in three of a key's values is
// looked for.
func oneEquality(r *rand.Rand, n int) Filter {
	switch v := r.IntN(n); r.IntN(3) {
	case 0:
		return Filter{equal("deviceId", device(v))}
	case 1:
		return Filter{equal("serial", serial(v))}
	default:
		return Filter{equal("asset", asset(v))}
	}
}

const kinds, sites, lines = 20, 250, 20

// equalitiesAndRange has two equalities, or three, and a range that one in forty messages is in.
func equalitiesAndRange(r *rand.Rand, _ int) Filter {
	f := Filter{equal("kind", kind(r.IntN(kinds))), equal("site", site(r.IntN(sites)))}
	if r.IntN(2) == 0 {
		f = append(f, equal("line", line(r.IntN(lines))))
	}
	switch edge := float64(r.IntN(200)) / 10; r.IntN(3) {
	case 0:
		return append(f, Condition{Key: "temp", Op: From, Number: 90 + edge})
	case 1:
		return append(f, Condition{Key: "temp", Op: Below, Number: 10 - edge})
	}
	from := float64(r.IntN(980)) / 10
	return append(f, Condition{Key: "temp", Op: From, Number: from},
		Condition{Key: "temp", Op: Below, Number: from + 2.5})
}

func plainMessage(r *rand.Rand, n int) Message {
	m := Message{
		{"deviceId", device(r.IntN(n))}, {"kind", kind(r.IntN(kinds))}, {"site", site(r.IntN(sites))},
		{"serial", serial(r.IntN(n))}, {"temp", fmt.Sprintf("%.1f", r.Float64()*100)},
	}
	if r.IntN(2) == 0 {
		m = append(m, [2]string{"asset", asset(r.IntN(n))})
	}
	if r.IntN(10) < 7 {
		m = append(m, [2]string{"line", line(r.IntN(lines))})
	}
	return m
}

// values is how many values the properties of W3 have: four filters of each million look for one.
const values = 60_000

func topic(n int) string { return fmt.Sprintf("plant-%03d/line-%03d/", n/300, n%300) }

// mixed is a prefix; or an equality and that another property exists, or differs; or a list.
func mixed(r *rand.Rand, _ int) Filter {
	switch v := r.IntN(values); r.IntN(4) {
	case 0:
		return Filter{{Key: "topic", Op: Prefix, Texts: []string{topic(v)}}}
	case 1:
		return Filter{equal("serial", serial(v)), {Key: "alarm", Op: Exists}}
	case 2:
		return Filter{equal("asset", asset(v)), {Key: "status", Op: Differs, Texts: []string{"ok"}}}
	}
	list := []string{device(r.IntN(3 * values)), device(r.IntN(3 * values)), device(r.IntN(3 * values))}
	return Filter{{Key: "deviceId", Op: In, Texts: list}}
}

func topicMessage(r *rand.Rand, _ int) Message {
	m := Message{
		{"topic", topic(r.IntN(values)) + "temp"}, {"serial", serial(r.IntN(values))},
		{"asset", asset(r.IntN(values))}, {"deviceId", device(r.IntN(3 * values))},
		{"status", []string{"ok", "degraded"}[r.IntN(2)]}, {"temp", fmt.Sprintf("%.1f", r.Float64()*100)},
	}
	if r.IntN(5) == 0 {
		m = append(m, [2]string{"alarm", "high"})
	}
	return m
}

// Writer writes messages one behind the other, as an engine's arena does.
type Writer struct {
	annex *layout.Annex
	image []byte
}

// bytesOfMessage is how many bytes a message has at most, or about.
const bytesOfMessage = 160

// NewWriter makes a writer for that many messages, whose keys keys interns.
func NewWriter(keys *property.Keys, messages int) *Writer {
	for _, k := range Keys() {
		keys.Intern(k)
	}
	return &Writer{
		annex: layout.NewAnnex((*layout.Keys)(keys), layout.Widest()),
		image: make([]byte, messages*bytesOfMessage),
	}
}

// Write returns a view of a message.
func (w *Writer) Write(m Message) property.View {
	v := layout.NewView(w.annex, w.image, m...)
	w.image = w.image[min(v.Size(), len(w.image)):]
	return property.View(v)
}

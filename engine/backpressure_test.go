package engine_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/leanovate/gopter/gen"
	"github.com/leanovate/gopter/prop"
)

// TestBackPressureProperty: a sink is held while three sources, each with a delivery of its own that
// changes now and then, publish into its full queue; then it is let go. A model of a ring and
// three lanes, in plain slices, says how many of whose messages are dropped for what reason, and
// which arrive. Its sayings become the expectations of a flow script.
func TestBackPressureProperty(t *testing.T) {
	var h hunt
	condition := func(codes []uint16) string { return h.try(pressed(codes), true) }
	check(t, 100, prop.ForAll(condition, gen.SliceOf(gen.UInt16())), pressed)
}

// press is the model: a sink's ring, and for each source its delivery, lane and counts.
type press struct {
	lines   []string
	room    int // of the ring, and of each lane
	sources []*pressing
	next    int // number of a message
}

type pressing struct {
	name     string
	delivery string
	lane     []int // numbers
	ring     []int // numbers
	arrived  []int
	waiting  []int // numbers of a publish that waits
	in       int
	dropped  map[string]int
}

// pressed makes a script: each code is one step, what to do and with whom.
func pressed(codes []uint16) []string {
	m := &press{room: 2}
	if len(codes) > 0 {
		m.room = 2 << (codes[0] % 3)
	}
	m.say("attach sink capacity=%d", m.room)
	for i, name := range letters(3) {
		s := &pressing{name: name, delivery: pressures[i], dropped: make(map[string]int)}
		m.sources = append(m.sources, s)
		m.say("attach %s", name)
		m.say("link %s -> sink %s", name, s.delivery)
	}
	m.hold()
	for _, code := range codes {
		s := m.sources[code>>4%3]
		switch code % 16 {
		case 0:
			m.release()
			m.hold()
		case 1, 2:
			m.turn(s, pressures[code>>8%4])
		case 3, 4:
			m.publish(s, 1+int(code>>8%4), "batch", "")
		case 5:
			m.wait(s, 1+int(code>>8%3))
		default:
			m.publish(s, 1+int(code>>8%3), "publish", "")
		}
	}
	m.release()
	return m.lines
}

var pressures = []string{"block", "drop_newest", "drop_oldest", "timeout=1ms"}

func (m *press) say(format string, args ...any) {
	m.lines = append(m.lines, strings.TrimSpace(fmt.Sprintf(format, args...)))
}

// hold holds the sink with one message of its own making in its hands.
func (m *press) hold() {
	s := m.sources[0]
	m.say("hold sink")
	m.say("publish %s %d", s.name, m.next)
	m.say("expect sink holds %d", m.next)
	s.in++
	s.arrived = append(s.arrived, m.next)
	m.next++
}

// turn gives a source another delivery, while its messages are queued.
func (m *press) turn(s *pressing, delivery string) {
	if len(s.waiting) > 0 {
		return // it would go on waiting as before
	}
	m.say("apply unlink %s -> sink; link %s -> sink %s", s.name, s.name, delivery)
	s.delivery = delivery
}

// publish queues messages as the source's delivery says. One that blocks has a short time only.
func (m *press) publish(s *pressing, many int, verb, options string) {
	if len(s.waiting) > 0 {
		return
	}
	if s.delivery == "block" {
		options = "within=1ms"
	}
	m.say("%s %s %d..%d %s", verb, s.name, m.next, m.next+many-1, options)
	for i := range many {
		s.in++
		m.queue(s, m.next+i)
	}
	m.next += many
}

func (m *press) queue(s *pressing, number int) {
	reasons := map[string]string{"block": "cancelled", "drop_newest": "newest", "timeout=1ms": "timeout"}
	switch {
	case s.delivery == "drop_oldest":
		if len(s.lane) == m.room {
			s.lane = s.lane[1:]
			s.dropped["oldest"]++
		}
		s.lane = append(s.lane, number)
	case !m.push(s, number):
		s.dropped[reasons[s.delivery]]++
	}
}

// push finds room for a message: behind those of its source that are in the lane, or in the ring.
func (m *press) push(s *pressing, number int) bool {
	switch {
	case len(s.lane) == m.room, len(s.lane) == 0 && m.ringed() == m.room:
		return false
	case len(s.lane) > 0:
		s.lane = append(s.lane, number)
	default:
		s.ring = append(s.ring, number)
	}
	return true
}

func (m *press) ringed() (n int) {
	for _, s := range m.sources {
		n += len(s.ring)
	}
	return n
}

// wait lets a source that blocks wait, if it must.
func (m *press) wait(s *pressing, many int) {
	full := len(s.lane) == m.room || len(s.lane) == 0 && m.ringed() == m.room
	if s.delivery != "block" || !full || len(s.waiting) > 0 {
		return
	}
	m.say("publish %s %d..%d waits", s.name, m.next, m.next+many-1)
	for i := range many {
		s.waiting = append(s.waiting, m.next+i)
	}
	m.next += many
}

// release lets the sink go: who waits goes on, and all that is queued arrives. What the model says
// is expected before and after.
func (m *press) release() {
	for _, s := range m.sources {
		began := min(1, len(s.waiting))
		m.say("expect %s -> sink in=%d delivered=%d queued=%d %s", s.name, s.in+began, m.before(s),
			s.in+began-m.before(s)-s.lost(), s.losses())
	}
	m.say("release sink")
	for _, s := range m.sources {
		if len(s.waiting) > 0 {
			m.say("await %s", s.name)
		}
		s.in += len(s.waiting)
		s.arrived = slices.Concat(s.arrived, s.ring, s.lane, s.waiting)
		s.ring, s.lane, s.waiting = nil, nil, nil
		m.say("expect %s -> sink in=%d delivered=%d %s", s.name, s.in, len(s.arrived), s.losses())
		m.say("expect sink received %s from=%s", spaced(s.arrived), s.name)
	}
	m.say("expect sink rests")
}

// before is how many of a source's messages were delivered before the sink was held: all that arrived
// but the one in its hands.
func (m *press) before(s *pressing) int {
	if s == m.sources[0] {
		return len(s.arrived) - 1
	}
	return len(s.arrived)
}

func (s *pressing) lost() (n int) {
	for _, count := range s.dropped {
		n += count
	}
	return n
}

func (s *pressing) losses() string {
	var list []string
	for reason, n := range s.dropped {
		list = append(list, fmt.Sprintf("%s=%d", reason, n))
	}
	slices.Sort(list)
	return strings.Join(list, " ")
}

func spaced(numbers []int) string { return strings.Trim(fmt.Sprint(numbers), "[]") }

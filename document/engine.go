package document

import (
	"math"
	"regexp"
	"strconv"

	"github.com/dustin/go-humanize"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/message"
)

// sizeText is how a size is written: a whole number and a unit.
const sizeText = `[1-9][0-9]{0,9} ?(B|[kMG]B|[KMG]iB)`

var sizePattern = regexp.MustCompile(`^` + sizeText + `$`)

// engineShape is the shape of what the engine may take. Its defaults are the engine's own.
func engineShape() *shape {
	size := func(least, most uint64, doc string) *shape {
		return &shape{kind: stringKind, doc: doc, want: "want a size with its unit, such as \"64MiB\", from " +
			humanize.IBytes(least) + " to " + humanize.IBytes(most), sizeMin: least, sizeMax: most}
	}
	const kib, mib, gib = 1 << 10, 1 << 20, 1 << 30
	return &shape{
		kind: objectKind,
		want: `want {"memory": "64MiB"}`,
		doc:  "What the engine may take, and what a message may hold",
		keys: []key{
			{"memory", false, size(64*kib, 1024*gib,
				"The most that the messages of each module may take; 64MiB unless given")},
			{"overflow", false, size(kib, 1024*gib,
				"The most that a module in a cycle of links may keep beyond its queue; 4MiB unless given")},
			{"content", false, size(kib, gib, "The largest content of a message; 1MiB unless given")},
			{"propertyBytes", false, size(kib, 16*mib,
				"The most that the properties of a message may take, keys and values; 16KiB unless given")},
			{"properties", false, &shape{kind: numberKind, min: 1, max: 10_000,
				doc: "How many properties a message may have; 64 unless given"}},
			{"keys", false, &shape{kind: numberKind, min: 1, max: 1 << 20,
				doc: "How many property keys are known by number, which is faster; 1024 unless given"}},
		},
	}
}

// engine reads what the engine may take; what is not given is the engine's default.
func (c *checker) engine(n *node) (o engine.Options) {
	if n == nil || n.kind != objectKind {
		return o
	}
	o.Memory = int64(sizeOf(n.get("memory")))
	o.Overflow = int64(sizeOf(n.get("overflow")))
	o.Limits.Content = int(sizeOf(n.get("content")))
	o.Limits.PropertyBytes = int(sizeOf(n.get("propertyBytes")))
	o.Limits.Properties = wholeOf(n.get("properties"))
	o.Keys = wholeOf(n.get("keys"))
	c.fits(n, o)
	return o
}

// fits reports a message that would never find memory.
func (c *checker) fits(n *node, o engine.Options) {
	or := func(given, unless int64) int64 {
		if given == 0 {
			return unless
		}
		return given
	}
	const defaultMemory = 64 << 20
	largest := or(int64(o.Limits.Content), message.DefaultContent) +
		or(int64(o.Limits.PropertyBytes), message.DefaultPropertyBytes)
	if memory := or(o.Memory, defaultMemory); largest > memory {
		c.at(n, "messages of "+humanize.IBytes(uint64(largest))+" do not fit into a memory of "+
			humanize.IBytes(uint64(memory)), "want more memory, or a smaller content")
	}
}

// sizeOf returns a size that the structure has checked; 0: none is given, or it was wrong.
func sizeOf(n *node) uint64 {
	if n == nil || n.kind != stringKind {
		return 0
	}
	size, err := humanize.ParseBytes(n.text)
	if err != nil || size > math.MaxInt64 {
		return 0
	}
	return size
}

func wholeOf(n *node) int {
	if n == nil || n.kind != numberKind {
		return 0
	}
	value, _ := strconv.Atoi(n.text) // structure has checked it
	return value
}

// size checks a size against its bounds.
func (c *checker) size(n *node, s *shape) {
	if value := sizeOf(n); !sizePattern.MatchString(n.text) || value < s.sizeMin || value > s.sizeMax {
		c.at(n, describe(n)+" where a size belongs", s.want)
		n.kind = invalidKind
	}
}

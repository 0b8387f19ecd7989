package bench

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/filter"
)

// smallContent is the content of scenarios that are about topology, bytes.
const smallContent = 32

// kinds is how many values the property kind has: a message's is its sequence number modulo kinds.
const kinds = 4

// whole is the stream of a source that nobody took anything from.
func whole(source int) stream {
	return stream{label: byte(source), source: source, step: 1}
}

func oneToOne() Scenario {
	return Scenario{
		Name: "1to1", Summary: "one source, one sink",
		Topology: "source ──► sink\n",
		Content:  smallContent,
		sources:  []source{{"source"}},
		sinks:    []sink{{name: "sink", takes: []stream{whole(0)}}},
		links:    []engine.Link{{Source: "source", Sink: "sink"}},
	}
}

// fanOut has one source and n sinks that all take everything.
func fanOut(n int) Scenario {
	s := Scenario{
		Name: fmt.Sprintf("1to%d", n), Summary: "one source, every sink takes everything",
		Topology: "         ┌──► sink0\nsource ──┼──► …\n" +
			"         └──► sink" + strconv.Itoa(n-1) + "\n",
		Content: smallContent,
		sources: []source{{"source"}},
	}
	for i := range n {
		name := "sink" + strconv.Itoa(i)
		s.sinks = append(s.sinks, sink{name: name, takes: []stream{whole(0)}})
		s.links = append(s.links, engine.Link{Source: "source", Sink: name})
	}
	return s
}

func star(n int) Scenario {
	s := fanOut(n)
	s.Name, s.Summary = fmt.Sprintf("star-%d", n), "one source, many sinks"
	return s
}

func fanIn(n int) Scenario {
	s := Scenario{
		Name: fmt.Sprintf("%dto1", n), Summary: "several sources, one sink",
		Topology: "source0 ──┐\n      … ──┼──► sink\n" +
			"source" + strconv.Itoa(n-1) + " ──┘\n",
		Content: smallContent,
		sinks:   []sink{{name: "sink"}},
	}
	for i := range n {
		name := "source" + strconv.Itoa(i)
		s.sources = append(s.sources, source{name})
		s.sinks[0].takes = append(s.sinks[0].takes, whole(i))
		s.links = append(s.links, engine.Link{Source: name, Sink: "sink"})
	}
	return s
}

func pipeline() Scenario {
	s := chain(3)
	s.Name, s.Summary = "pipeline", "a stage makes a new message of each that it receives"
	s.Topology = "source ──► stage1 ──► sink\n"
	return s
}

// chain has n modules in a row: a source, stages and a sink.
func chain(n int) Scenario {
	s := Scenario{
		Name: fmt.Sprintf("chain-%d", n), Summary: "many modules in a row",
		Topology: fmt.Sprintf("source ──► stage1 ──► … ──► stage%d ──► sink\n", n-2),
		Content:  smallContent,
		sources:  []source{{"source"}},
		sinks:    []sink{{name: "sink", takes: []stream{whole(0)}}},
	}
	from := "source"
	for i := 1; i <= n-2; i++ {
		name := "stage" + strconv.Itoa(i)
		s.stages = append(s.stages, stage{name: name})
		s.links = append(s.links, engine.Link{Source: from, Sink: name})
		from = name
	}
	s.links = append(s.links, engine.Link{Source: from, Sink: "sink"})
	return s
}

func diamond() Scenario {
	const left, right = 1, 2
	return Scenario{
		Name: "diamond", Summary: "two ways from the source to the sink, each in order",
		Topology: "         ┌──► left ───┐\nsource ──┤            ├──► sink\n" +
			"         └──► right ──┘\n",
		Content: smallContent,
		sources: []source{{"source"}},
		stages:  []stage{{"left", left}, {"right", right}},
		sinks: []sink{{name: "sink", takes: []stream{
			{label: left, step: 1}, {label: right, step: 1},
		}}},
		links: []engine.Link{
			{Source: "source", Sink: "left"}, {Source: "source", Sink: "right"},
			{Source: "left", Sink: "sink"}, {Source: "right", Sink: "sink"},
		},
	}
}

func filtered() Scenario {
	s := Scenario{
		Name: "filtered", Summary: "each sink takes one kind of four, the last one takes all",
		Topology: "         ┌─ kind=0 ─► sink0\n         ├─ kind=1 ─► sink1\n" +
			"source ──┼─ kind=2 ─► sink2\n         ├─ kind=3 ─► sink3\n" +
			"         └──────────► all\n",
		Content: smallContent,
		sources: []source{{"source"}},
		sinks:   []sink{{name: "all", takes: []stream{whole(0)}}},
		links:   []engine.Link{{Source: "source", Sink: "all"}},
	}
	for k := range kinds {
		name := "sink" + strconv.Itoa(k)
		s.sinks = append(s.sinks, sink{
			name: name, takes: []stream{{first: uint64(k), step: kinds}},
		})
		s.links = append(s.links, engine.Link{
			Source: "source", Sink: name, Filter: filter.Equal(keyKind, strconv.Itoa(k)),
		})
	}
	return s
}

func slowSink() Scenario {
	s := fanOut(1)
	s.Name = "slow-sink"
	s.Summary = "a sink that waits a millisecond a batch drops, the other does not notice"
	s.Topology = "         ┌──────────────► sink0\nsource ──┤\n" +
		"         └─ drop_oldest ─► slow\n"
	s.sinks = append(s.sinks, sink{
		name: "slow", takes: []stream{whole(0)}, lossy: true, pause: time.Millisecond,
	})
	s.links = append(s.links, engine.Link{
		Source: "source", Sink: "slow", Delivery: engine.Delivery{WhenFull: engine.DropOldest},
	})
	return s
}

// telemetry has the message of v1's performance test: five properties and 256 bytes.
func telemetry() Scenario {
	s := oneToOne()
	s.Name, s.Summary = "telemetry", "five properties and 256 bytes, as in v1's performance test"
	s.Content = 256
	s.properties = []pair{
		{"deviceId", "device-17"},
		{"property count", "2"},
		{"property0", strings.Repeat("x", 16)},
	}
	return s
}

// sized is one source and one sink with content of that many bytes.
func sized(bytes int) Scenario {
	s := oneToOne()
	s.Name = "content-" + strconv.Itoa(bytes)
	s.Summary = fmt.Sprintf("content of %d bytes", bytes)
	s.Content = bytes
	return s
}

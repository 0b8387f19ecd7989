package host

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/millrace/millrace/fault"
	"github.com/millrace/millrace/module"
)

// Spec describes the module.
func Spec() module.Spec {
	return module.Spec{
		Name:    "host",
		Summary: "Publishes readings of this machine's processors, memory, load, disks and network",
		Args: []module.Arg{
			{
				Name: "period", Type: module.Duration, Min: new(10.0), Default: `"1s"`,
				Doc: "Time between two rounds of readings",
			},
			{
				Name: "collect", Type: module.Strings,
				Default: `["cpu","memory","load","disk","network"]`,
				Doc:     "Which kinds to read",
			},
		},
		Writes: []module.Property{
			{Name: "kind", Doc: "What is read: cpu, memory, load, disk or network"},
			{Name: "metric", Doc: "Which figure: busy, used, average, received or sent"},
			{Name: "name", Doc: "Of what: total or cpu0, ram or swap, 1m, sda1, eth0"},
			{Name: "value", Doc: "The reading, a decimal number with at most two decimals"},
			{Name: "unit", Doc: "Of the value: % (0 to 100), tasks or B/s"},
			{Name: "host", Doc: "The machine's name"},
		},
		Example: json.RawMessage(`{"period":"1s","collect":["cpu","memory"]}`),
		New:     func() module.Module { return new(monitor) },
	}
}

func (m *monitor) Configure(raw json.RawMessage) error {
	args := struct {
		Period  module.Span `json:"period"`
		Collect []string    `json:"collect"`
	}{Period: module.Span(time.Second), Collect: kinds()}
	if err := module.Decode(raw, &args); err != nil {
		return err
	}
	m.period = args.Period.Duration()
	return m.choose(args.Collect)
}

// choose makes the collectors of the kinds that are asked for.
func (m *monitor) choose(names []string) error {
	var faults fault.List
	if len(names) == 0 {
		faults.Add(fault.At(fault.Key("collect")), "an empty array", "want one kind at least")
	}
	chosen := make(map[string]bool, len(names))
	for i, name := range names {
		place := fault.At(fault.Key("collect"), fault.Index(i))
		c, known := newCollector(name)
		switch {
		case !known:
			faults.Add(place, "unknown kind "+strconv.Quote(name), suggest(name))
		case chosen[name]:
			faults.Add(place, "kind "+strconv.Quote(name)+" given more than once", "want it once")
		default:
			m.collectors = append(m.collectors, c)
		}
		chosen[name] = true
	}
	return faults.Err()
}

func suggest(kind string) string {
	if guess := fault.DidYouMean(kind, kinds()); guess != "" {
		return guess
	}
	return "want one of " + strings.Join(kinds(), ", ")
}

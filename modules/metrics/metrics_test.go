package metrics_test

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/millrace/millrace/module/moduletest"
	"github.com/millrace/millrace/modules/metrics"
)

func TestConformance(t *testing.T) {
	moduletest.Run(t, moduletest.Kind{
		Spec: metrics.Spec(), BadArgs: []string{`{"deviceId":"d"}`, `[]`, `"text"`},
	})
}

// from makes a message as a simulator does.
func from(device string, sequence int) moduletest.Message {
	return moduletest.Message{
		Properties: map[string]string{
			"deviceId": device, "sequence number": strconv.Itoa(sequence),
			"timestamp":      strconv.FormatInt(time.Now().UnixMicro(), 10),
			"property count": "1", "property0": "p",
		},
		Content: "m",
	}
}

// with sets or, with an empty value, removes properties: key, value, key, value.
func with(m moduletest.Message, pairs ...string) moduletest.Message {
	for i := 0; i < len(pairs); i += 2 {
		m.Properties[pairs[i]] = pairs[i+1]
		if pairs[i+1] == "" {
			delete(m.Properties, pairs[i])
		}
	}
	return m
}

// numbered makes one device's messages with these numbers.
func numbered(device string, sequence ...int) (list []moduletest.Message) {
	for _, n := range sequence {
		list = append(list, from(device, n))
	}
	return list
}

// measured runs the module over the messages and returns its text, blanks run together.
func measured(t *testing.T, messages ...moduletest.Message) string {
	t.Helper()
	rig := moduletest.Start(t, metrics.Spec(), `null`, moduletest.Options{Name: "metrics1"})
	rig.Feed(messages...)
	if err := rig.Stop(); err != nil {
		t.Fatal(err)
	}
	for _, err := range rig.ReceiveErrors() {
		t.Error(err)
	}
	return regexp.MustCompile(` +`).ReplaceAllString(rig.Output(), " ")
}

func wants(t *testing.T, got string, lines ...string) {
	t.Helper()
	for _, line := range lines {
		if !strings.Contains(got, "\n "+line) {
			t.Errorf("no line %q in\n%s", line, got)
		}
	}
}

// TestDetects feeds what a broken broker would deliver.
func TestDetects(t *testing.T) {
	for name, c := range map[string]struct {
		numbers []int
		row     string // received, out of sequence, repeated, lost
	}{
		"nothing wrong":          {[]int{1, 2, 3, 4}, "4 0 0 0"},
		"a gap":                  {[]int{1, 2, 5, 6}, "4 0 0 2"},
		"a gap at the beginning": {[]int{4, 5}, "2 0 0 3"},
		"two gaps":               {[]int{1, 3, 5, 6, 9}, "5 0 0 4"},
		"a repeat":               {[]int{1, 2, 2, 3}, "4 0 1 0"},
		"a repeat hides no gap":  {[]int{1, 1, 3, 3, 4}, "5 0 2 1"},
		"a reordering":           {[]int{1, 3, 2, 4}, "4 1 0 0"},
		"backwards":              {[]int{4, 3, 2, 1}, "4 3 0 0"},
		"late into a wide gap":   {[]int{1, 10, 5, 2, 9, 5}, "6 3 1 5"},
		"a restart":              {[]int{1, 2, 3, 1, 2, 3}, "6 0 3 0"},
		"out of sequence and a repeat of it": {
			[]int{1, 4, 3, 3, 2, 2}, "6 2 2 0"},
	} {
		t.Run(name, func(t *testing.T) {
			got := measured(t, numbered("d1", c.numbers...)...)
			wants(t, got, "d1 "+c.row+"\n", "devices 1",
				fmt.Sprintf("messages received %d\n", len(c.numbers)), "non-conforming 0")
		})
	}
}

func TestTwoDevices(t *testing.T) {
	got := measured(t, append(numbered("b", 1, 2, 4), append(numbered("a", 1, 3, 2),
		from("b", 5), from("a", 4))...)...)
	wants(t, got, "a 4 1 0 0\n", "b 4 0 0 1\n", "devices 2", "messages received 8\n")
	if strings.Index(got, "\n a ") > strings.Index(got, "\n b ") {
		t.Errorf("not in the order of their names:\n%s", got)
	}
}

func TestNonConforming(t *testing.T) {
	for name, m := range map[string]moduletest.Message{
		"no device":           with(from("d", 2), "deviceId", ""),
		"no number":           with(from("d", 2), "sequence number", ""),
		"no timestamp":        with(from("d", 2), "timestamp", ""),
		"no count":            with(from("d", 2), "property count", ""),
		"number 0":            from("d", 0),
		"number below 0":      from("d", -1),
		"number not decimal":  with(from("d", 2), "sequence number", "2x"),
		"number too long":     with(from("d", 2), "sequence number", strings.Repeat("9", 20)),
		"timestamp with sign": with(from("d", 2), "timestamp", "+5"),
		"fewer properties":    with(from("d", 2), "property count", "2"),
		"wrong names":         with(from("d", 2), "property0", "", "property1", "p"),
		"huge count":          with(from("d", 2), "property count", "9999999999999999999"),
		"nothing at all":      {Content: "hello"},
	} {
		t.Run(name, func(t *testing.T) {
			got := measured(t, from("d", 1), m, from("d", 2))
			wants(t, got, "messages received 3\n", "non-conforming 1\n", "devices 1", "d 2 0 0 0\n")
		})
	}
}

// TestConformingIsNotPicky: a module on the way may add properties and change their order, which a
// map does here.
func TestConformingIsNotPicky(t *testing.T) {
	got := measured(t, with(from("d", 1), "source", "mapping"),
		with(from("d", 2), "property count", "0", "property0", ""))
	wants(t, got, "non-conforming 0", "d 2 0 0 0\n")
}

var latencies = regexp.MustCompile(`average latency ([0-9.,]+) us\n maximum latency ([0-9,]+) us`)

func latency(t *testing.T, text string) (average, highest float64) {
	t.Helper()
	found := latencies.FindStringSubmatch(text)
	if found == nil {
		t.Fatalf("no latencies in\n%s", text)
	}
	read := func(s string) float64 {
		f, err := strconv.ParseFloat(strings.ReplaceAll(s, ",", ""), 64)
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	return read(found[1]), read(found[2])
}

func TestLatency(t *testing.T) {
	begun := time.Now()
	hourAgo := strconv.FormatInt(begun.Add(-time.Hour).UnixMicro(), 10)
	inAnHour := strconv.FormatInt(begun.Add(time.Hour).UnixMicro(), 10)
	average, highest := latency(t, measured(t,
		with(from("d", 1), "timestamp", hourAgo), with(from("d", 2), "timestamp", inAnHour)))
	hour := float64(time.Hour / time.Microsecond)
	slack := float64(time.Since(begun)/time.Microsecond) + 1
	if highest < hour || highest > hour+slack {
		t.Errorf("maximum %v us, want an hour", highest)
	}
	if average < hour/2-1 || average > (hour+slack)/2+1 {
		t.Errorf("average %v us, want half an hour", average)
	}
}

// TestNoTimestampOverflows: the sum of these would not fit into 64 bits.
func TestNoTimestampOverflows(t *testing.T) {
	many := make([]moduletest.Message, 15_000)
	for i := range many {
		many[i] = with(from("d", i+1), "timestamp", "0")
	}
	average, highest := latency(t, measured(t, many...))
	if average < highest*0.99 || average > highest {
		t.Errorf("average %v, maximum %v us", average, highest)
	}
}

func TestNothingReceived(t *testing.T) {
	got := measured(t)
	wants(t, got, "duration 0.000 s", "messages received 0", "rate 0 deliveries/s",
		"average latency 0.0 us", "devices 0")
}

func TestDevicesAreBounded(t *testing.T) {
	var many []moduletest.Message
	for i := range 1030 {
		many = append(many, from(fmt.Sprint("d", i), 1))
	}
	got := measured(t, append(many, from("d1029", 2), from("d7", 2))...)
	wants(t, got, "devices 1,024", "of other devices 7 messages", "messages received 1,032",
		"d7 2 0 0 0\n")
}

func TestNamesHarmNoTerminal(t *testing.T) {
	got := measured(t, from("a\x1b[31m\n\t", 1), from(strings.Repeat("long", 4000), 1), from("Größe", 1))
	wants(t, got, `"a\x1b[31m\n\t" 1 0 0 0`, `"longlong`, "Größe 1 0 0 0")
	if strings.Contains(got, "\x1b") || len(got) > 2000 {
		t.Errorf("%d bytes:\n%q", len(got), got)
	}
}

package report_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"

	"github.com/millrace/millrace/report"
)

func all() []report.Result {
	failed := sampleRun(0)
	failed.Fault = "bench: message lost: <sink1>"
	short := report.Run{Rate: 5, Latency: &report.Latency{}, Intervals: make([]report.Interval, 2)}
	return []report.Result{
		sample("1->1", sampleRun(0)), sample("1->4", sampleRun(1e6)), sampleSweep(),
		sample("repeated", sampleRun(0), sampleRun(0), failed), sample("short", short),
	}
}

func TestReadReturnsWhatWriteWrote(t *testing.T) {
	for _, want := range all() {
		var b bytes.Buffer
		if err := report.Write(&b, want); err != nil {
			t.Fatal(err)
		}
		got, err := report.Read(&b)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("got %+v\nwant %+v", got, want)
		}
	}
}

func TestReadSaysWhatIsWrong(t *testing.T) {
	for text, want := range map[string]string{
		``:                                  "unexpected end",
		`[]`:                                "cannot unmarshal",
		`{"format":2,"runs":[{}]}`:          "its format is 2, want 1",
		`{"format":1}`:                      "0 runs, want 1 to 1000",
		`{"format":1,"runs":[{"rate":-1}]}`: "runs[0]: a figure below zero",
		`{"format":1,"runs":[{},{"intervals":[{},{"cores":1e300}]}]}`:     "runs[1]: intervals[1]: a figure",
		`{"format":1,"runs":[{"latency":{"max":-1}}]}`:                    "runs[0]: latency: a figure",
		`{"format":1,"runs":[{"latency":{"curve":[{"ns":2},{"ns":1}]}}]}`: "curve[1] does not ascend",
		`{"format":1,"runs":[{"latency":{"curve":[{"percent":101}]}}]}`:   "curve[0] does not ascend",
		`{"format":1,"runs":[{}],"sweep":{"boundNs":-5}}`:                 "sweep: a figure",
		`{"format":1,"runs":[` + strings.Repeat("{},", 1000) + `{}]}`:     "1001 runs",
	} {
		_, err := report.Read(strings.NewReader(text))
		if !errors.Is(err, report.ErrResult) || !strings.Contains(err.Error(), want) {
			t.Errorf("%.80s: got %v, want %s", text, err, want)
		}
	}
}

// endless never ends.
type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

func TestReadIsBounded(t *testing.T) {
	if _, err := report.Read(endless{}); !errors.Is(err, report.ErrResult) {
		t.Errorf("got %v", err)
	}
}

func TestPictureIsWellFormed(t *testing.T) {
	var b bytes.Buffer
	if err := report.SVG(&b, all()); err != nil {
		t.Fatal(err)
	}
	text := b.String()
	wellFormed(t, text)
	for _, want := range []string{
		"Throughput over time", "Latency by percentile", "CPU over time", "Memory over time",
		"Garbage collection pauses", "Messages by link", "Latency against throughput",
		"Throughput of each run", "deliveries a second, millions", "cores in use",
		"stopped in each interval, µs", "prefers-color-scheme: dark", "bound of p99: 1 ms",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q", want)
		}
	}
	selfContained(t, text)
}

func TestPageShowsEverything(t *testing.T) {
	var b bytes.Buffer
	if err := report.HTML(&b, all()); err != nil {
		t.Fatal(err)
	}
	text := b.String()
	for _, want := range []string{
		"<title>1-&gt;1, 1-&gt;4, 1-&gt;4, repeated, short</title>", "A CPU @ 3 GHz, 2 cores, L1d 48 KiB",
		"loadgen run 1-&gt;4 --rate 1e6", "2026-11-22T10:00:00Z", "prefers-color-scheme: dark",
		"bench: message lost: &lt;sink1&gt;", "a sink with &lt;a long&gt; &amp; strange name",
		"engine.(*Publisher).Publish", "23.1 %", "1,800,000", "highest messages a second with p99",
		"<svg", "Throughput over time", "Latency by percentile",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q", want)
		}
	}
	selfContained(t, text)
}

func TestNothingIsShownOfAResultThatIsNone(t *testing.T) {
	none := []report.Result{{}}
	if err := report.HTML(io.Discard, none); !errors.Is(err, report.ErrResult) {
		t.Errorf("HTML: got %v", err)
	}
	if err := report.SVG(io.Discard, none); !errors.Is(err, report.ErrResult) {
		t.Errorf("SVG: got %v", err)
	}
}

func wellFormed(t *testing.T, text string) {
	t.Helper()
	for d := xml.NewDecoder(strings.NewReader(text)); ; {
		_, err := d.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// selfContained wants nothing that a browser would fetch, and no figure that is none.
func selfContained(t *testing.T, text string) {
	t.Helper()
	text = strings.ReplaceAll(text, `xmlns="http://www.w3.org/2000/svg"`, "")
	for _, bad := range []string{"http:", "https:", "url(", "@import", "<script", "<link ", "NaN", "Inf"} {
		if strings.Contains(text, bad) {
			t.Errorf("there is %q in it", bad)
		}
	}
}

// No result that Read accepts breaks the renderers.
func FuzzRead(f *testing.F) {
	for _, r := range all() {
		text, err := json.Marshal(r)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Add([]byte(`{"format":1,"runs":[{"throughput":1e-300,"intervals":[{"cores":1e-300},{"seconds":1e-300}]}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		r, err := report.Read(bytes.NewReader(text))
		if err != nil {
			return
		}
		var svg bytes.Buffer
		if err := report.SVG(&svg, []report.Result{r}); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(svg.String(), `="NaN`) || strings.Contains(svg.String(), ",NaN") {
			t.Error("NaN in a picture")
		}
		if err := report.HTML(io.Discard, []report.Result{r}); err != nil {
			t.Fatal(err)
		}
	})
}

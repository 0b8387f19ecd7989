package standard_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/millrace/millrace/document"
	"github.com/millrace/millrace/gateway"
	"github.com/millrace/millrace/modules/standard"
)

// running is one run of a gateway document to its end.
type running struct {
	document string
	output   bytes.Buffer
	report   gateway.Report
}

func (r *running) run(t *testing.T, ctx context.Context) {
	t.Helper()
	kinds, err := standard.Registry()
	if err != nil {
		t.Fatal(err)
	}
	doc, err := document.Parse("performance.json", []byte(r.document), kinds, document.Options{})
	if err != nil {
		t.Fatal(err)
	}
	g, err := gateway.New(doc, gateway.Options{
		Stdout: &r.output, Log: slog.New(slog.DiscardHandler), StopTimeout: time.Minute,
	})
	if err != nil {
		t.Fatal(err)
	}
	if r.report, err = g.Run(ctx); err != nil {
		t.Error(err)
	}
}

var row = regexp.MustCompile(`(?m)^ +(device[0-9]+) +([0-9,]+) +([0-9,]+) +([0-9,]+) +([0-9,]+)$`)

// whole checks that metrics has found nothing wrong, and as many messages as the broker has.
func (r *running) whole(t *testing.T, devices int) {
	t.Helper()
	rows := row.FindAllStringSubmatch(r.output.String(), -1)
	var received uint64
	for _, columns := range rows {
		var n uint64
		fmt.Sscan(strings.ReplaceAll(columns[2], ",", ""), &n)
		received += n
		if columns[3] != "0" || columns[4] != "0" || columns[5] != "0" || n == 0 {
			t.Errorf("%s is not whole", columns[1])
		}
	}
	published := r.report.Engine.Published
	if published == 0 {
		devices = 0 // stopped before it had begun
	}
	if received != published || len(rows) != devices {
		t.Errorf("%d published, %d received from %d devices", published, received, len(rows))
	}
	if t.Failed() {
		t.Log(r.output.String())
	}
}

// performance returns the example with another duration.
func performance(t *testing.T, duration string) string {
	t.Helper()
	text, err := os.ReadFile("../../examples/performance.json")
	if err != nil {
		t.Fatal(err)
	}
	if strings.Count(string(text), `"10s"`) != 1 {
		t.Fatalf("the example does not run for ten seconds:\n%s", text)
	}
	return strings.Replace(string(text), "10s", duration, 1)
}

func TestPerformanceExample(t *testing.T) {
	r := running{document: performance(t, "200ms")}
	r.run(t, t.Context())
	r.whole(t, 1)
}

// TestPerformanceInterrupted: the batch on its way when the gateway is stopped is delivered too.
func TestPerformanceInterrupted(t *testing.T) {
	for range 5 {
		r := running{document: performance(t, "1h")}
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		r.run(t, ctx)
		cancel()
		r.whole(t, 1)
	}
}

// TestPerformanceOfManyToOne: a queue of two makes every batch of every simulator wait.
func TestPerformanceOfManyToOne(t *testing.T) {
	var modules []string
	for i := range 3 {
		modules = append(modules, fmt.Sprintf(`{"name":"s%d","module":"simulator","args":`+
			`{"deviceId":"device%d","duration":"100ms","properties.count":%d}}`, i, i, i))
	}
	r := running{document: `{"modules":[{"name":"m","module":"metrics","capacity":2},` +
		strings.Join(modules, ",") + `],"links":[{"source":"*","sink":"m"}]}`}
	r.run(t, t.Context())
	r.whole(t, 3)
}

// TestPerformanceSampleOfV1 runs v1's own document where a copy of it is at hand. It has no end.
func TestPerformanceSampleOfV1(t *testing.T) {
	folder := os.Getenv("MILLRACE_V1_DATA")
	if folder == "" {
		t.Skip("MILLRACE_V1_DATA names no folder with v1's samples")
	}
	text, err := os.ReadFile(filepath.Join(folder, "samples", "performance_lin.json"))
	if err != nil {
		t.Fatal(err)
	}
	r := running{document: string(text)}
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	r.run(t, ctx)
	r.whole(t, 1)
}

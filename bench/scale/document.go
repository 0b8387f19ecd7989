package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"time"

	documents "github.com/millrace/millrace/document"
	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/gateway"
	"github.com/millrace/millrace/message"
	"github.com/millrace/millrace/module"
)

const linksEach = 4 // links of a module of the document

// document runs a gateway document of half of n modules with four links each, for with 10n it would
// have more values than a document may: it is read, made ready, started and stopped.
func document(s *stopwatch, n int) error {
	s.n = max(n/2, 2*linksEach)
	return runDocument(s, s.n)
}

// largeDocument is 5,000 modules with 20,000 links.
func largeDocument(m *meter) error {
	s := stopwatch{n: 1, each: map[string][]float64{}}
	if err := runDocument(&s, 5000); err != nil {
		return err
	}
	total := 0.0
	for _, step := range s.steps {
		m.add(step, seconds, s.each[step][0]/1e9)
		if step != "stop" {
			total += s.each[step][0] / 1e9
		}
	}
	m.add("running", seconds, total)
	m.add("memory at its peak", megabytes, peak())
	return nil
}

// bearer is a module that takes and does nothing.
type bearer struct{}

func (bearer) Configure(json.RawMessage) error { return nil }

func (bearer) ReceiveBatch(context.Context, *engine.Publisher, []message.Message) error { return nil }

// last is the document's last module: when it is started all others are. It works until it is stopped.
type last struct{ started func() }

func (last) Configure(json.RawMessage) error { return nil }

func (l last) Start(_ context.Context, h module.Host) error {
	h.Go(func(ctx context.Context) error {
		<-ctx.Done()
		return nil
	})
	l.started()
	return nil
}

func runDocument(s *stopwatch, n int) error {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var running time.Time
	started := func() { running = time.Now(); cancel() }
	kinds, err := module.NewRegistry(
		module.Spec{Name: "bearer", Summary: "Bears with everything", New: func() module.Module { return bearer{} }},
		module.Spec{Name: "last", Summary: "The last one", New: func() module.Module { return last{started} }},
	)
	if err != nil {
		return err
	}
	text := documentText(n)
	var doc *documents.Document
	var g *gateway.Gateway
	if err := s.time("read", func() (err error) {
		doc, err = documents.Parse("large.json", text, kinds, documents.Options{})
		return err
	}); err != nil {
		return err
	}
	began := time.Now()
	g, err = gateway.New(doc, gateway.Options{
		Log: slog.New(slog.DiscardHandler), Stdin: strings.NewReader(""), Stdout: io.Discard, StopTimeout: time.Minute,
	})
	if err != nil {
		return err
	}
	if _, err := g.Run(ctx); err != nil {
		return err
	}
	ended := time.Now()
	s.took("start", running.Sub(began))
	s.took("stop", ended.Sub(running))
	return nil
}

// documentText has n modules, and links from each to four others.
func documentText(n int) []byte {
	modules, links := make([]string, 0, n), make([]string, 0, linksEach*n)
	for i := range n - 1 {
		modules = append(modules, fmt.Sprintf(`{"name": %q, "module": "bearer"}`, name(i)))
	}
	modules = append(modules, fmt.Sprintf(`{"name": %q, "module": "last"}`, name(n-1)))
	for i := range n {
		for k := range linksEach {
			to := (i + 1 + k*(n/10+1)) % (n - 1)
			if to == i {
				to = (to + 1) % (n - 1)
			}
			links = append(links, fmt.Sprintf(`{"source": %q, "sink": %q}`, name(i), name(to)))
		}
	}
	return fmt.Appendf(nil, `{"modules": [%s], "links": [%s]}`, strings.Join(modules, ",\n"), strings.Join(links, ",\n"))
}

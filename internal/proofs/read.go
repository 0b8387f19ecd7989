package main

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/millrace/millrace/internal/explore/exploretest"
)

// row is one test and all that it searched.
type row struct {
	folder, test string
	says         string // the first sentence of its comment
	how          string // the bound
	schedules    int
	pruned       int
	longest      int
	exhausted    bool
	elapsed      time.Duration
}

// read returns a row for each test of a report, and bound, in the report's order.
func read(folder, report string) ([]row, error) {
	comments, err := commentsOf(folder)
	if err != nil {
		return nil, err
	}
	f, err := os.Open(report)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var rows []row
	for lines := json.NewDecoder(f); ; {
		var l exploretest.Line
		if err := lines.Decode(&l); err == io.EOF {
			return rows, nil
		} else if err != nil {
			return nil, fmt.Errorf("%s: %w", report, err)
		}
		if l.Result.Failure != nil {
			return nil, fmt.Errorf("%s: %s failed: %s", report, l.Test, l.Result.Failure.What)
		}
		test, _, _ := strings.Cut(l.Test, "/")
		how := howOf(l)
		if n := len(rows); n == 0 || rows[n-1].test != test || rows[n-1].how != how {
			rows = append(rows, row{
				folder: folder, test: test, says: comments[test], how: how, exhausted: true,
			})
		}
		rows[len(rows)-1].add(l)
	}
}

func (r *row) add(l exploretest.Line) {
	r.schedules += l.Result.Schedules
	r.pruned += l.Result.Pruned
	r.longest = max(r.longest, l.Result.Longest)
	r.exhausted = r.exhausted && l.Result.Exhausted
	r.elapsed += l.Result.Elapsed
}

// howOf says which schedules were run.
func howOf(l exploretest.Line) string {
	switch {
	case l.Random > 0:
		return "random"
	case l.Preemptions == 0:
		return "any"
	case l.Preempted != "":
		return fmt.Sprintf("%d, of %s", l.Preemptions, l.Preempted)
	}
	return fmt.Sprint(l.Preemptions)
}

// commentsOf returns the first sentence of the comment on each test of a folder.
func commentsOf(folder string) (map[string]string, error) {
	files, err := filepath.Glob(filepath.Join(folder, "*_test.go"))
	if err != nil {
		return nil, err
	}
	comments := make(map[string]string)
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
		if err != nil {
			return nil, err
		}
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok {
				sentence, _, _ := strings.Cut(strings.ReplaceAll(f.Doc.Text(), "\n", " ")+" ", ". ")
				comments[f.Name.Name] = strings.TrimSpace(sentence)
			}
		}
	}
	return comments, nil
}

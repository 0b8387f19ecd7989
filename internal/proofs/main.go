// Command proofs writes what explorations reported as a table of Markdown: a row for each test, with
// what its comment says of it.
//
//	go test -tags explore -run TestExplore ./ring -args -explore.report ring.jsonl
//	go run ./internal/proofs ring=ring.jsonl
//
// Each argument is a package's folder and the file of its report.
package main

import (
	"errors"
	"fmt"
	"os"
	"strings"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string) error {
	var rows []row
	var errs []error
	for _, arg := range args {
		folder, report, both := strings.Cut(arg, "=")
		if !both {
			errs = append(errs, fmt.Errorf("%q is not a folder, =, and a report", arg))
			continue
		}
		part, err := read(folder, report)
		rows, errs = append(rows, part...), append(errs, err)
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	return writeTable(os.Stdout, rows)
}

// Command goals writes the table of what the engine is meant to reach beside what it reaches, from the
// figures that bench/versus, bench/peers and bench/scale wrote: make benchmarks.
package main

import (
	"fmt"
	"os"

	"github.com/millrace/millrace/bench/series"
)

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "want the files of figures that -figures of bench/versus, bench/peers and bench/scale wrote")
		os.Exit(2)
	}
	all := series.Series{}
	for _, name := range os.Args[1:] {
		if err := read(all, name); err != nil {
			fmt.Fprintln(os.Stderr, "goals:", err)
			os.Exit(1)
		}
	}
	if err := write(os.Stdout, all); err != nil {
		fmt.Fprintln(os.Stderr, "goals:", err)
		os.Exit(1)
	}
}

func read(all series.Series, name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := all.Read(f); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

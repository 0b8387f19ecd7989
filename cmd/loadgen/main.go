// Command loadgen measures whole engines and gateways under load, and shows and compares what it
// measured.
package main

import (
	"context"
	"os"
	"time"

	"github.com/millrace/millrace/bench"
)

func main() {
	os.Exit(run(context.Background(), os.Args[1:], app{
		streams: streams{os.Stdin, os.Stdout, os.Stderr}, scenarios: bench.All(), now: time.Now(),
	}))
}

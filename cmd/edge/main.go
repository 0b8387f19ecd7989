// Command edge runs, checks and describes gateways: sets of modules that exchange telemetry.
package main

import (
	"context"
	"os"
)

func main() {
	catchBrokenPipes()
	os.Exit(run(context.Background(), os.Args[1:], streams{os.Stdin, os.Stdout, os.Stderr}))
}

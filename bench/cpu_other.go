//go:build !unix

package bench

import "time"

// cpuTime returns how long the process has kept processors busy, and whether the system can say.
func cpuTime() (time.Duration, bool) { return 0, false }

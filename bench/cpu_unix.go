//go:build unix

package bench

import (
	"syscall"
	"time"
)

// cpuTime returns how long the process has kept processors busy, and whether the system can say.
func cpuTime() (time.Duration, bool) {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0, false
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano()), true
}

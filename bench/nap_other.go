//go:build !linux

package bench

import "time"

// nap does nothing: the stretch is spun.
func nap(time.Duration) time.Duration { return 0 }

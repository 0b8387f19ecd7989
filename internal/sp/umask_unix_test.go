//go:build !windows

package sp

import "syscall"

func umask(mask int) int { return syscall.Umask(mask) }

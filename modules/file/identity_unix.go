//go:build !windows

package file

import (
	"io/fs"
	"syscall"
)

// identityOf returns the numbers by which the system knows a file.
func identityOf(info fs.FileInfo) identity {
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return identity{}
	}
	return identity{uint64(stat.Dev), uint64(stat.Ino)} //nolint:unconvert // their types differ from system to system
}

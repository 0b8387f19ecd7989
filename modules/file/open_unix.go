//go:build !windows

package file

import (
	"os"
	"syscall"
)

// openShared opens a file to be followed. O_NONBLOCK means something for named pipes only: their
// other end need not be open.
func openShared(path string) (*os.File, error) {
	return os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
}

// isDoomed reports false: a removed file keeps nobody from using its name.
func isDoomed(handle) bool { return false }

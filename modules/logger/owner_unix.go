//go:build unix

package logger

import (
	"io/fs"
	"os"
	"syscall"
)

const noFollow = syscall.O_NOFOLLOW

// isOurs reports whether a file belongs to this process's user, or to root.
func isOurs(info fs.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && ownedBy(int(stat.Uid), os.Geteuid())
}

func ownedBy(owner, user int) bool { return owner == 0 || owner == user }

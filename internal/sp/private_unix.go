//go:build !windows

package sp

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"go.nanomsg.org/mangos/v3"
	"go.nanomsg.org/mangos/v3/transport/ipc"
)

// makeFolder makes the folder of a socket, if it is not there, for this user alone.
func makeFolder(at Address) error {
	path, ok := at.Path()
	if !ok {
		return nil
	}
	folder := filepath.Dir(path)
	err := os.Mkdir(folder, 0o700)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err == nil {
		err = os.Chmod(folder, 0o700) // an odd umask takes bits of the owner's away
	}
	return err
}

// private makes a socket that only this user can connect to, or everybody, where Accept chooses.
func private(l mangos.TranListener, at Address, others bool) error {
	if _, ok := at.Path(); !ok {
		return nil
	}
	mode := os.FileMode(0o600)
	if others {
		mode = 0o666
	}
	return l.SetOption(ipc.OptionIpcSocketPermissions, mode)
}

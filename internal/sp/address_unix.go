//go:build !windows

package sp

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/millrace/millrace/fault"
)

// pathMax is how long a socket's path may be, in bytes: 108 on Linux and 104 on the BSDs and macOS
// with a NUL behind it. The smaller one holds everywhere, so that a document does.
const pathMax = 103

// CheckFolder finds out whether there is a folder for the socket of an ipc address.
func (a Address) CheckFolder() error {
	path, isIPC := a.Path()
	if !isIPC {
		return nil
	}
	folder := filepath.Dir(path)
	if about, err := os.Stat(folder); err == nil && about.IsDir() {
		return nil
	}
	return fault.Fault{
		Problem: fmt.Sprintf("%.80q is no folder, so there can be no socket in it", folder),
		Want:    "want an address in a folder that exists",
	}
}

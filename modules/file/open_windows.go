package file

import (
	"io/fs"
	"os"

	"golang.org/x/sys/windows"
)

// openShared opens a file so that its writer may rename or remove it meanwhile. os.Open would keep
// it from doing so, and so from rotating its log.
func openShared(path string) (*os.File, error) {
	name, err := windows.UTF16PtrFromString(path)
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: path, Err: err}
	}
	handle, err := windows.CreateFile(name, windows.GENERIC_READ,
		windows.FILE_SHARE_READ|windows.FILE_SHARE_WRITE|windows.FILE_SHARE_DELETE,
		nil, windows.OPEN_EXISTING, windows.FILE_ATTRIBUTE_NORMAL, 0)
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: path, Err: err}
	}
	return os.NewFile(uintptr(handle), path), nil
}

// isDoomed reports whether the file is removed as soon as nobody has it open any more. Until then, on
// some file systems, no other file can have its name.
func isDoomed(f handle) bool {
	const deletePending = 20 // the offset in FILE_STANDARD_INFO
	var info [24]byte
	err := windows.GetFileInformationByHandleEx(windows.Handle(f.Fd()), windows.FileStandardInfo,
		&info[0], uint32(len(info)))
	return err == nil && info[deletePending] != 0
}

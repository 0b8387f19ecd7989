package logger

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// fileMode is that of a file that is made here: what is logged may be nobody else's business.
const fileMode = 0o640

// file is what a journal needs of its file.
type file interface {
	io.Writer
	io.WriterAt
	io.ReaderAt
	io.Closer
	Name() string
	Stat() (fs.FileInfo, error)
	Truncate(size int64) error
}

// openRegular opens a file to append to, made when it is missing. A link is followed if it belongs
// to this user or to root: in a folder that others may write to it would lead where they want.
func openRegular(filename string, flag int) (*os.File, error) {
	link, err := os.Lstat(filename)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		dir := filepath.Dir(filename)
		if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("%s: the folder %s does not exist", filename, dir)
		}
	case err != nil:
		return nil, err
	case link.Mode()&fs.ModeSymlink == 0:
	case !isOurs(link):
		return nil, fmt.Errorf("%s: a link that belongs to another user; want a file, or a link of "+
			"this user's", filename)
	}
	if info, err := os.Stat(filename); err == nil && !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s: not a regular file", filename)
	}
	if link == nil || link.Mode()&fs.ModeSymlink == 0 {
		flag |= noFollow // lest it become one meanwhile
	}
	return os.OpenFile(filename, flag|os.O_CREATE, fileMode)
}

// nulTail returns how many NULs a file of that size ends with. A machine that lost its power may
// leave them, where a file system has noted the size and not the text.
func nulTail(f io.ReaderAt, size int64) (int64, error) {
	block := make([]byte, 64<<10)
	for end := size; end > 0; {
		n := min(end, int64(len(block)))
		if _, err := f.ReadAt(block[:n], end-n); err != nil && err != io.EOF {
			return 0, err
		}
		if text := bytes.TrimRight(block[:n], "\x00"); len(text) > 0 {
			return size - (end - n + int64(len(text))), nil
		}
		end -= n
	}
	return size, nil
}

package logger

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/millrace/millrace/message"
	"github.com/millrace/millrace/modules/internal/record"
)

// lines is a log file of JSON objects, one a line. It is opened for appending, so that it may be
// rotated by copying and truncating it.
type lines struct{ file *os.File }

func openLines(filename string, log *slog.Logger) (*lines, error) {
	f, err := openRegular(filename, os.O_RDWR|os.O_APPEND)
	if err != nil {
		return nil, err
	}
	l := &lines{file: f}
	if err := l.resume(log); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return l, nil
}

// resume refuses a file that holds something else and goes on behind a line that was not finished.
func (l *lines) resume(log *slog.Logger) error {
	info, err := l.file.Stat()
	if err != nil || info.Size() == 0 {
		return err
	}
	ends := make([]byte, 2)
	if _, err := l.file.ReadAt(ends[:1], 0); err != nil {
		return err
	}
	if _, err := l.file.ReadAt(ends[1:], info.Size()-1); err != nil {
		return err
	}
	if ends[0] != '{' {
		return fmt.Errorf("%s: not a file of JSON objects; want a new file, or the right format",
			l.file.Name())
	}
	if ends[1] == '\n' {
		return nil
	}
	log.Warn("the log ends inside a line; going on with a new one", "file", l.file.Name())
	_, err = l.file.Write([]byte{'\n'})
	return err
}

func (l *lines) encode(dst []byte, at time.Time, m message.Message) []byte {
	return append(record.Append(dst, at, m), '\n')
}

// write appends the records. After a write that failed half-way the next one begins a new line.
func (l *lines) write(records []byte) error {
	n, err := l.file.Write(records)
	if err != nil && n > 0 && records[n-1] != '\n' {
		_, end := io.WriteString(l.file, "\n")
		err = errors.Join(err, end)
	}
	return err
}

func (l *lines) close() error { return l.file.Close() }

// openRegular opens a file to append to, made when it is missing.
func openRegular(filename string, flag int) (*os.File, error) {
	info, err := os.Stat(filename)
	switch {
	case err == nil && !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s: not a regular file", filename)
	case errors.Is(err, os.ErrNotExist):
		dir := filepath.Dir(filename)
		if _, err := os.Stat(dir); errors.Is(err, os.ErrNotExist) {
			return nil, fmt.Errorf("%s: the folder %s does not exist", filename, dir)
		}
	}
	return os.OpenFile(filename, flag|os.O_CREATE, 0o644)
}

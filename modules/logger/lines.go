package logger

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/millrace/millrace/message"
	"github.com/millrace/millrace/modules/internal/record"
)

// lines is a log file of JSON objects, one a line. It is opened for appending, so that it may be
// rotated by copying and truncating it.
type lines struct {
	file file
	torn bool // the last line may not be finished
}

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

func (l *lines) open() file { return l.file }

// resume refuses a file that holds something else and goes on behind a line that was not finished.
func (l *lines) resume(log *slog.Logger) error {
	info, err := l.file.Stat()
	if err != nil {
		return err
	}
	nuls, err := nulTail(l.file, info.Size())
	if err != nil {
		return err
	}
	size := info.Size() - nuls
	if size > 0 {
		if err := l.isOurs(); err != nil {
			return err
		}
	}
	if nuls > 0 {
		log.Warn("the log ends in NULs; they are cut off", "file", l.file.Name(), "bytes", nuls)
		if err := l.file.Truncate(size); err != nil {
			return err
		}
	}
	if l.torn, err = l.unfinished(); l.torn {
		log.Warn("the log ends inside a line; going on with a new one", "file", l.file.Name())
	}
	return err
}

func (l *lines) isOurs() error {
	first := make([]byte, 1)
	if _, err := l.file.ReadAt(first, 0); err != nil {
		return err
	}
	if first[0] != '{' {
		return fmt.Errorf("%s: not a file of JSON objects; want a new file, or the right format",
			l.file.Name())
	}
	return nil
}

// unfinished reports whether the file ends inside a line.
func (l *lines) unfinished() (bool, error) {
	info, err := l.file.Stat()
	if err != nil || info.Size() == 0 {
		return false, err
	}
	last := make([]byte, 1)
	_, err = l.file.ReadAt(last, info.Size()-1)
	return err == nil && last[0] != '\n', err
}

// write appends the records. Behind a line that was not finished, whatever has happened to it since,
// they begin on a new one.
func (l *lines) write(records []byte) (int, error) {
	text := records
	if l.torn {
		unfinished, err := l.unfinished()
		if err != nil {
			return 0, err
		}
		if unfinished {
			text = append([]byte{'\n'}, records...)
		}
	}
	n, err := l.file.Write(text)
	l.torn = err != nil
	if err != nil {
		l.cut(text[:n])
	}
	return max(0, n-(len(text)-len(records))), err
}

// cut takes back the part of a line that a failed write has left at the end.
func (l *lines) cut(wrote []byte) {
	part := wrote[bytes.LastIndexByte(wrote, '\n')+1:]
	info, err := l.file.Stat()
	if err != nil || len(part) == 0 || info.Size() < int64(len(part)) {
		return
	}
	end := make([]byte, len(part))
	start := info.Size() - int64(len(part))
	if _, err := l.file.ReadAt(end, start); err == nil && bytes.Equal(end, part) {
		_ = l.file.Truncate(start)
	}
}

func (l *lines) close() error { return l.file.Close() }

// contents is the way in which a line has a message's content.
type contents string

func (c contents) appendLine(dst []byte, at time.Time, m message.Message) []byte {
	dst = record.AppendHead(dst, at, m)
	return append(c.append(dst, m.Content()), '}', '\n')
}

// append writes the content as one member of an object.
func (c contents) append(dst, content []byte) []byte {
	switch {
	case c == contentAuto && record.IsObjectOrArray(content), c == contentJSON && record.IsJSON(content):
		return record.AppendJSON(append(dst, `,"content":`...), content)
	case c == contentBase64 || c == contentJSON:
		return record.AppendBase64(append(dst, `,"contentBase64":`...), content)
	default:
		return record.AppendContent(dst, content)
	}
}

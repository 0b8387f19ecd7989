package logger

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/millrace/millrace/message"
	"github.com/millrace/millrace/modules/internal/record"
)

// array is a log file in v1's format: one JSON array that is closed after every write.
//
//	[{"time":"…","content":"Log started"},{"time":"…","properties":{…},"content":"<base64>"}]
//	                                                                                        ^ end
type array struct {
	file file
	end  int64 // offset of the closing bracket, which is the last byte; 0: there is no record yet
	torn bool  // a write has failed, and what stands behind end is its rest
}

// recordStart is how every record begins, whoever wrote it: v1 or this package.
const recordStart = `{"time":"`

func openArray(filename string, log *slog.Logger) (*array, error) {
	f, err := openRegular(filename, os.O_RDWR)
	if err != nil {
		return nil, err
	}
	a := &array{file: f}
	if err := a.resume(log); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return a, nil
}

func (a *array) open() file { return a.file }

// resume finds the place to go on in what the file holds, and says there that a log begins.
func (a *array) resume(log *slog.Logger) error {
	info, err := a.file.Stat()
	if err != nil {
		return err
	}
	nuls, err := nulTail(a.file, info.Size())
	if err != nil {
		return err
	}
	found, err := survey(a.file, info.Size()-nuls)
	if err != nil {
		return fmt.Errorf("%s: %w", a.file.Name(), err)
	}
	switch {
	case found.torn:
		log.Warn("the log had not been closed; its incomplete end is cut off",
			"file", a.file.Name(), "bytes", info.Size()-found.end)
	case nuls > 0:
		log.Warn("the log ends in NULs; they are cut off", "file", a.file.Name(), "bytes", nuls)
	}
	if err := a.file.Truncate(found.end); err != nil {
		return err
	}
	a.end = found.end
	return a.put(appendNote(nil, "Log started"))
}

func appendRecord(dst []byte, at time.Time, m message.Message) []byte {
	dst = appendTime(dst, at)
	dst = append(dst, `,"properties":`...)
	dst = record.AppendProperties(dst, m.Properties())
	dst = append(dst, `,"content":`...)
	dst = record.AppendBase64(dst, m.Content())
	return append(dst, '}')
}

// write puts the records over the closing bracket. A file that somebody else has changed since is
// left as it is, unless it was truncated, by which a log is rotated too.
func (a *array) write(records []byte) (int, error) {
	if err := a.mend(); err != nil {
		return 0, err
	}
	if err := a.put(records); err != nil {
		return 0, err
	}
	return len(records), nil
}

// mend makes the file end where the next records go.
func (a *array) mend() error {
	info, err := a.file.Stat()
	if err != nil {
		return err
	}
	switch size := info.Size(); {
	case size == 0:
		a.end = 0
	case a.torn && size >= a.end:
		return a.file.Truncate(a.end)
	case size != a.end+1:
		return fmt.Errorf("%s: changed by another writer: it has %d bytes, not %d",
			a.file.Name(), size, a.end+1)
	}
	return nil
}

// put writes records, each of which begins with a comma. The first one of a file begins the array
// instead.
func (a *array) put(records []byte) error {
	if a.end == 0 {
		records[0] = '['
	}
	records = append(records, ']')
	if _, err := a.file.WriteAt(records, a.end); err != nil {
		a.torn = true
		return errors.Join(err, a.restore())
	}
	a.torn = false
	a.end += int64(len(records)) - 1
	return nil
}

// restore makes the file valid again after a write that failed half-way, such as on a full disk.
func (a *array) restore() error {
	if err := a.file.Truncate(a.end); err != nil || a.end == 0 {
		return err
	}
	_, err := a.file.WriteAt([]byte{']'}, a.end)
	return err
}

func (a *array) close() error {
	_, err := a.write(appendNote(nil, "Log stopped"))
	return errors.Join(err, a.file.Close())
}

// appendTime begins a record, with the comma that parts it from the one before. v1 writes the
// local time as C's ctime does.
func appendTime(dst []byte, at time.Time) []byte {
	dst = append(dst, ',')
	dst = append(dst, recordStart...)
	dst = at.Local().AppendFormat(dst, time.ANSIC)
	return append(dst, '"')
}

// appendNote appends a record that speaks of the log itself.
func appendNote(dst []byte, text string) []byte {
	dst = appendTime(dst, time.Now())
	dst = append(dst, `,"content":"`...)
	dst = append(dst, text...)
	return append(dst, `"}`...)
}

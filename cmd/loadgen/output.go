package main

import (
	"io"
	"os"
	"path/filepath"

	"github.com/millrace/millrace/report"
)

// output is a file that appears, whole, only when it is written: until then, and if writing fails,
// what was there before stays. It is opened before the work begins, so that a path that cannot be
// written is found out first.
type output struct {
	path string
	file *os.File // nil: no file is wanted
}

func openOutput(path string) (*output, error) {
	if path == "" {
		return &output{}, nil
	}
	file, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return nil, inputError{err}
	}
	return &output{path, file}, nil
}

// write puts the file in its place.
func (o *output) write(write func(io.Writer) error) error {
	if o.file == nil {
		return nil
	}
	file := o.file
	o.file = nil
	err := write(file)
	if chmod := file.Chmod(0o644); err == nil {
		err = chmod
	}
	if closed := file.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(file.Name(), o.path)
	}
	if err != nil {
		_ = os.Remove(file.Name())
	}
	return err
}

// abandon removes the file if it was not written.
func (o *output) abandon() {
	if o.file != nil {
		_ = o.file.Close()
		_ = os.Remove(o.file.Name())
		o.file = nil
	}
}

func (o *output) writeResult(r report.Result) error {
	return o.write(func(w io.Writer) error { return report.Write(w, r) })
}

package document

import (
	"errors"
	"io"
	"os"
)

// textMax bounds a document, in bytes.
const textMax = 4 << 20

// readFile reads a document. It stops one byte after the limit, so that decode can tell.
func readFile(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }() // only read from
	if info, err := file.Stat(); err == nil && info.IsDir() {
		return nil, errors.New("it is a directory")
	}
	return io.ReadAll(io.LimitReader(file, textMax+1))
}

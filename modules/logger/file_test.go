package logger

import (
	"bytes"
	"errors"
	"slices"
	"testing"
)

// unreadable is a file whose disk fails.
type unreadable struct{}

func (unreadable) ReadAt([]byte, int64) (int, error) { return 0, errDisk }

var errDisk = errors.New("input/output error")

func TestNULTailIsCounted(t *testing.T) {
	const block = 64 << 10
	for _, text := range []int{0, 1, 5, block - 1, block, block + 1, 3 * block} {
		for _, nuls := range []int{0, 1, 7, block - 1, block, block + 1, 2*block + 3} {
			content := slices.Concat(bytes.Repeat([]byte("\x00x"), text/2+1)[:text], make([]byte, nuls))
			want := int64(len(content) - len(bytes.TrimRight(content, "\x00")))
			if n, err := nulTail(bytes.NewReader(content), int64(len(content))); n != want || err != nil {
				t.Errorf("%d bytes and %d NULs: %d, %v", text, nuls, n, err)
			}
		}
	}
	if n, err := nulTail(unreadable{}, 10); n != 0 || !errors.Is(err, errDisk) {
		t.Errorf("a disk that fails: %d, %v", n, err)
	}
}

package park

import (
	"bytes"
	"runtime"
	"strconv"
)

// Goroutine returns the number of the calling goroutine. It costs about a microsecond: for slow
// paths that must know whether they were called from inside a handler before they block.
//
// Go has no such call on purpose, because goroutine-local state goes wrong; this is not state but
// the one question a lock asks about re-entry. The text "goroutine N [" has stood since Go 1.0 and
// is what the runtime's own HTTP/2 debugging reads (golang.org/x/net/http2/gotrack.go).
func Goroutine() uint64 {
	var text [64]byte
	line := text[:runtime.Stack(text[:], false)]
	line = bytes.TrimPrefix(line, []byte("goroutine "))
	end := bytes.IndexByte(line, ' ')
	if end < 0 {
		return 0
	}
	id, err := strconv.ParseUint(string(line[:end]), 10, 64)
	if err != nil {
		return 0
	}
	return id
}

package main

import (
	"io/fs"
	"os"
	"strconv"
	"strings"

	"github.com/millrace/millrace/report"
)

// caches reads the sizes of the first core's caches; none where the kernel does not tell.
func caches() []report.Cache { return cachesIn(os.DirFS("/sys/devices/system/cpu/cpu0/cache")) }

func cachesIn(dir fs.FS) []report.Cache {
	var found []report.Cache
	indexes, _ := fs.Glob(dir, "index*")
	for _, index := range indexes {
		line := func(name string) string {
			text, _ := fs.ReadFile(dir, index+"/"+name)
			return strings.TrimSpace(string(text))
		}
		size, ok := kibibytes(line("size"))
		if !ok {
			continue
		}
		kind := map[string]string{"Data": "d", "Instruction": "i"}[line("type")]
		found = append(found, report.Cache{Name: "L" + line("level") + kind, Bytes: size})
	}
	return found
}

// kibibytes reads the kernel's form of a size, such as 32K.
func kibibytes(text string) (uint64, bool) {
	digits, ok := strings.CutSuffix(text, "K")
	n, err := strconv.ParseUint(digits, 10, 32)
	return n << 10, ok && err == nil
}

package main

import (
	"os"
	"runtime"
	"strconv"
	"strings"
)

// inUse returns the bytes in use after a collection, stacks included.
func inUse() float64 {
	runtime.GC()
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	return float64(s.HeapInuse + s.StackInuse)
}

// peak returns the most memory that the process has had, MB: what the system says where it does, else
// what the runtime has asked it for.
func peak() float64 {
	text, _ := os.ReadFile("/proc/self/status")
	for line := range strings.Lines(string(text)) {
		if fields := strings.Fields(line); len(fields) == 3 && fields[0] == "VmHWM:" {
			if kb, err := strconv.ParseFloat(fields[1], 64); err == nil {
				return kb / 1024
			}
		}
	}
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	return float64(s.Sys) / (1 << 20)
}

package main

import (
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/shirou/gopsutil/v4/cpu"
	"github.com/shirou/gopsutil/v4/mem"

	"github.com/millrace/millrace/report"
)

const unknown = "unknown"

// thisMachine names what a result was measured on.
func thisMachine() report.Machine {
	m := report.Machine{
		CPU: unknown, Cores: runtime.NumCPU(), Caches: caches(),
		System: runtime.GOOS + "/" + runtime.GOARCH, Go: runtime.Version(), Commit: unknown,
	}
	if info, err := cpu.Info(); err == nil && len(info) > 0 && info[0].ModelName != "" {
		m.CPU = strings.TrimSpace(info[0].ModelName)
	}
	if memory, err := mem.VirtualMemory(); err == nil {
		m.Memory = memory.Total
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		m.Commit = commit(info.Settings)
	}
	if m.Commit == unknown {
		m.Commit = checkedOut()
	}
	return m
}

// commit names the commit that the command was built from, if the build recorded it.
func commit(settings []debug.BuildSetting) string {
	name, changed := unknown, ""
	for _, s := range settings {
		switch {
		case s.Key == "vcs.revision":
			name = short(s.Value)
		case s.Key == "vcs.modified" && s.Value == "true":
			changed = " with changes"
		}
	}
	return name + changed
}

// short cuts the name of a commit to what people write.
func short(name string) string { return name[:min(len(name), 12)] }

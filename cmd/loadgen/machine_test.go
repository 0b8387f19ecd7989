package main

import (
	"runtime/debug"
	"testing"
)

func TestCommitNamesTheCommit(t *testing.T) {
	for want, settings := range map[string][]debug.BuildSetting{
		unknown:               {{Key: "GOOS", Value: "linux"}},
		"abc123abc123":        {{Key: "vcs.revision", Value: "abc123abc123abc123"}, {Key: "vcs.modified", Value: "false"}},
		"abc123 with changes": {{Key: "vcs.modified", Value: "true"}, {Key: "vcs.revision", Value: "abc123"}},
	} {
		if got := commit(settings); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestCheckedOutKnowsOnlyThisProject(t *testing.T) {
	t.Chdir(t.TempDir())
	if got := checkedOut(); got != unknown {
		t.Errorf("got %s", got)
	}
}

func TestThisMachineHasNames(t *testing.T) {
	m := thisMachine()
	if m.CPU == "" || m.Cores < 1 || m.System == "" || m.Go == "" || m.Commit == "" {
		t.Errorf("got %+v", m)
	}
}

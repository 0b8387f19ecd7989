package document

import (
	"reflect"
	"testing"
	"time"

	"github.com/millrace/millrace/outprocess"
)

func TestEntryPointsOfRemoteModules(t *testing.T) {
	for text, want := range map[string]outprocess.Remote{
		`{"activation.type": "none", "control.id": "/tmp/c"}`: {Control: "/tmp/c"},
		`{"activation.type": "launch", "control.id": "c", "message.id": "m", "timeout": 2500,
		  "start.timeout": 10000,
		  "launch": {"path": "./p", "args": ["a", "b c"], "grace.period.ms": 4}}`: {
			Control: "c", Message: "m", Timeout: 2500 * time.Millisecond, StartTimeout: 10 * time.Second,
			Launch: &outprocess.Launch{
				Path: "./p", Args: []string{"a", "b c"}, Grace: 4 * time.Millisecond,
			},
		},
		// No time at all is not the same as none given.
		`{"activation.type": "launch", "control.id": "c", "launch": {"path": "p", "grace.period.ms": 0}}`: {
			Control: "c", Launch: &outprocess.Launch{Path: "p", Grace: 1},
		},
		// What is not to be launched is only remembered.
		`{"activation.type": "none", "control.id": "c", "launch": {"path": "p"}}`: {Control: "c"},
	} {
		var r report
		if got := remoteAt(read("entry.json", []byte(text), &r)); !reflect.DeepEqual(got, want) {
			t.Errorf("%s\ngot  %+v\nwant %+v", text, got, want)
		}
	}
}

package document_test

import (
	"strings"
	"testing"

	"github.com/millrace/millrace/document"
)

// base is what runs already.
const base = `{
	"loaders": [{"type": "native", "name": "ours"}],
	"modules": [
		{"name": "log", "module": "logger", "args": {"filename": "a"}},
		{"name": "beacon", "module": "beacon"},
		{"name": "far", "loader": {"name": "outprocess", "entrypoint": {
			"activation.type": "none", "control.id": "ipc:///tmp/far"}}, "args": null}
	],
	"links": [
		{"source": "beacon", "sink": "log", "delivery": {"overflow": "drop_newest"}},
		{"source": "*", "sink": "far"}
	],
	"deadLetter": "log"
}`

func TestUpdates(t *testing.T) {
	running, e := parse(t, "base.json", base)
	if e != nil {
		t.Fatal(e)
	}
	for text, want := range map[string]string{
		`{"modules": []}`:                "",
		`{"links": []}`:                  "",
		`{"modules": [], "links": []}`:   "",
		`{"loaders": [], "modules": []}`: "",
		`{"modules": [{"name": "new", "module": "console"}], "links": [{"source": "beacon", "sink": "new"}]}`:            "",
		`{"links": [{"source": "beacon", "sink": "far"}]}`:                                                               "",
		`{"links": [{"source": "beacon", "sink": "log", "filter": "k = 'x'", "delivery": {"overflow": "drop_newest"}}]}`: "",
		`{"modules": [{"name": "new", "loader": {"name": "ours", "entrypoint": {"module.path": "libhello_world.so"}}}]}`: "",
		`{}`:                             `a.json:1:1: neither "modules" nor "links"; want one of them, or both, to add to the running gateway`,
		`[]`:                             `a.json:1:1: an array where an object belongs; want an object with "modules" and "links"`,
		`{"modul": []}`:                  `a.json:1:2: modul: unknown key "modul"; did you mean "modules"?`,
		`{"loaders": []}`:                `a.json:1:1: neither "modules" nor "links"; want one of them, or both, to add to the running gateway`,
		`{"links": [], "deadLetter":""}`: `a.json:1:15: deadLetter: "deadLetter" in an update; want it in the gateway's first document`,
		`{"modules": [{"name": "log", "module": "console"}]}`:                                                                                           `a.json:1:23: modules[0].name: duplicate module name "log", first in the running gateway; want each name once`,
		`{"modules": [{"name": "dead-letters", "module": "console"}]}`:                                                                                  `a.json:1:23: modules[0].name: "dead-letters" is the name that dead letters come from; want another name, or no "deadLetter"`,
		`{"links": [{"source": "beacon", "sink": "log", "delivery": {"overflow": "drop_newest"}}]}`:                                                     `a.json:1:12: links[0]: duplicate link from "beacon" to "log", first in the running gateway; want it once, or different filters`,
		`{"links": [{"source": "beacon", "sink": "log", "filter": "k = 'x'"}]}`:                                                                         `a.json:1:12: links[0]: another delivery than the link from "beacon" to "log" in the running gateway; want the same delivery for all links of one pair`,
		`{"links": [{"source": "log", "sink": "beacon"}]}`:                                                                                              `a.json:1:38: links[0].sink: the module "beacon" takes no messages: beacon only publishes; want a module that receives`,
		`{"links": [{"source": "beacn", "sink": "log"}]}`:                                                                                               `a.json:1:23: links[0].source: no module is named "beacn"; did you mean "beacon"?`,
		`{"modules": [{"name": "b", "loader": {"name": "outprocess", "entrypoint": {"activation.type": "none", "control.id": "/tmp/far"}}, "args":1}]}`: `a.json:1:117: modules[0].loader.entrypoint["control.id"]: duplicate control address "/tmp/far", first in the running gateway; want each address once`,
		`{"modules": [{"name": "more", "module": "logger", "args": {"filename": "./a"}}]}`:                                                              `a.json:1:72: modules[0].args.filename: another module has this file, in the running gateway: each would write over the other's; want a file for each, or one module that both are linked to`,
		`{"modules": [{"name": "a", "module": "console"}, {"name": "a", "module": "console"}]}`:                                                         `a.json:1:59: modules[1].name: duplicate module name "a", first at line 1; want each name once`,
	} {
		_, err := document.Parse("a.json", []byte(text), kinds(t), document.Options{Env: environment, Onto: running})
		if got := errorText(err); got != want {
			t.Errorf("%s\n got %s\nwant %s", text, got, want)
		}
	}
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// What an update adds is what Onto of the next update knows, and the base is left alone.
func TestUpdatesLeaveTheirBaseAlone(t *testing.T) {
	running, e := parse(t, "base.json", base)
	if e != nil {
		t.Fatal(e)
	}
	before := len(running.Modules) + len(running.Links) + len(running.Loaders)
	update := `{"loaders": [{"type": "builtin", "name": "mine"}], "modules": [], "links": [{"source": "log", "sink": "far"}]}`
	d, err := document.Parse("a.json", []byte(update), kinds(t), document.Options{Onto: running})
	if err != nil || len(d.Links) != 1 || d.Loaders["mine"] != "builtin" || !strings.HasSuffix(d.File, "a.json") {
		t.Errorf("%v, %+v", err, d)
	}
	if after := len(running.Modules) + len(running.Links) + len(running.Loaders); after != before {
		t.Error("the document that runs was written to")
	}
}

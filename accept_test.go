package millrace

import (
	"regexp"
	"strings"
	"testing"

	"github.com/millrace/millrace/document"
	"github.com/millrace/millrace/modules/standard"
)

// The parts of documents that the rows of the table are tried with.
const (
	device  = `{"name": "a", "loader": {"entrypoint": {"module.path": "libsimulated_device.so"}}, "args": {"macAddress": "01:01:01:01:01:01", "messagePeriod": PERIOD}}`
	far     = `{"name": "a", "loader": {"name": "outprocess", "entrypoint": {"activation.type": "none", "control.id": "c", MORE}}, "args": null}`
	mapped  = `{"name": "a", "loader": {"entrypoint": {"module.path": "libidentity_map.so"}}, "args": [DEVICES]}`
	logged  = `{"name": "NAME", "loader": {"entrypoint": {"module.path": "liblogger.so"}}, "args": {"filename": "log.txt"}}`
	hello   = `{"name": "NAME", "loader": {"entrypoint": {"module.path": "libhello_world.so"}}, "args": ARGS}`
	freezer = `{"macAddress": "01:01:01:01:01:01", "deviceId": "freezer", "deviceKey": "KEY"}`
)

// with fills in what a part leaves open, in turns of names and texts.
func with(part string, pairs ...string) string { return strings.NewReplacer(pairs...).Replace(part) }

// greeters are two modules that can have links.
var greeters = with(hello, "NAME", "a", "ARGS", "null") + "," + with(logged, "NAME", "b")

// triedDocument is what stands for a row: modules, links, and what follows the document.
type triedDocument struct{ modules, links, after string }

// tried has a document for every row of the table of what v1 takes and Millrace does not, and the reverse, by
// the row's first words.
var tried = map[string]triedDocument{
	"a period as `1e3` or `500.0`":                                 {modules: with(device, "PERIOD", "1e3") + "," + strings.Replace(with(far, "MORE", `"timeout": 500.0`), `"a"`, `"b"`, 1)},
	"a period of `500.7` ms":                                       {modules: with(device, "PERIOD", "500.7")},
	"a number as text, `\"timeout\": \"5000\"`":                    {modules: with(far, "MORE", `"timeout": "5000"`)},
	"a number as text, `\"messagePeriod\": \"500\"`":               {modules: with(device, "PERIOD", `"500"`)},
	"a period as text with a unit, `\"messagePeriod\": \"500ms\"`": {modules: with(device, "PERIOD", `"500ms"`)},
	"a module whose name is empty":                                 {modules: with(logged, "NAME", "")},
	"text after the document's end":                                {modules: with(logged, "NAME", "a"), after: " text"},
	"`message.id` the same as `control.id`":                        {modules: with(far, "MORE", `"message.id": "c"`)},
	"two remote modules at one `control.id`":                       {modules: with(far, "MORE", `"message.id": "m"`) + "," + strings.Replace(with(far, "MORE", `"message.id": "n"`), `"a"`, `"b"`, 1)},
	"one MAC address twice, the same device":                       {modules: with(mapped, "DEVICES", with(freezer, "KEY", "k")+","+with(freezer, "KEY", "k"))},
	"one MAC address twice, two devices":                           {modules: with(mapped, "DEVICES", with(freezer, "KEY", "k")+","+with(freezer, "KEY", "k", "freezer", "boiler"))},
	"a device whose key is empty, `\"deviceKey\": \"\"`":           {modules: with(mapped, "DEVICES", with(freezer, "KEY", ""))},
	"two loggers on one file":                                      {modules: with(logged, "NAME", "a") + "," + with(logged, "NAME", "b")},
	"two modules of one name":                                      {modules: with(hello, "NAME", "a", "ARGS", "null") + "," + with(logged, "NAME", "a")},
	"an unknown key":                                               {modules: with(hello, "NAME", "a", "ARGS", `null, "note": "v1"`)},
	"a link into `hello_world`":                                    {modules: greeters, links: `{"source": "b", "sink": "a"}`},
	"a link with a filter":                                         {modules: greeters, links: `{"source": "a", "sink": "b", "filter": "k = 'v'"}`},
	"`$${` in arguments":                                           {modules: with(hello, "NAME", "a", "ARGS", `"$${x}"`)},
	"a key twice in an object":                                     {modules: with(hello, "NAME", "a", "ARGS", `{"k": 1, "k": 2}`)},
	"a trailing comma":                                             {modules: with(hello, "NAME", "a", "ARGS", "null") + ","},
}

// Every row of MIGRATING.md's table of what one takes and the other does not is tried, and what is tried is in
// the table.
func TestMigratingAcceptsAndRefuses(t *testing.T) {
	_, table, _ := strings.Cut(read(t, "MIGRATING.md"), "| here | because |\n|---|---|---|---|\n")
	table, _, _ = strings.Cut(table, "\n\n")
	rows := make(map[string]bool)
	for _, line := range strings.Split(table, "\n") {
		cells := regexp.MustCompile(` *\| *`).Split(strings.Trim(line, "| "), -1)
		if len(cells) != 4 || rows[cells[0]] {
			t.Fatalf("%d cells, or a row twice: %s", len(cells), line)
		}
		rows[cells[0]] = true
		document, known := tried[cells[0]]
		if !known {
			t.Errorf("nobody tries: %s", cells[0])
			continue
		}
		document.judge(t, cells[0], cells[2])
	}
	for row := range tried {
		if !rows[row] {
			t.Errorf("the table has no row: %s", row)
		}
	}
}

// judge holds what becomes of the document against the table's word for it.
func (d triedDocument) judge(t *testing.T, row, word string) {
	t.Helper()
	kinds, err := standard.Registry()
	if err != nil {
		t.Fatal(err)
	}
	text := `{"modules": [` + d.modules + `], "links": [` + d.links + `]}` + d.after
	_, err = document.Parse("v1.json", []byte(text), kinds, document.Options{})
	verdict, _, _ := strings.Cut(word, ",")
	if verdict != "accepted" && verdict != "refused" || (err == nil) != (verdict == "accepted") {
		t.Errorf("%s: %s, but %v", row, word, err)
	}
}

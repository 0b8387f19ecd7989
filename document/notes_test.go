package document_test

import (
	"strings"
	"testing"

	"github.com/millrace/millrace/document"
	"github.com/millrace/millrace/modules/standard"
)

// notesOf returns the notes on a document of the modules that there are.
func notesOf(t *testing.T, links string) []string {
	t.Helper()
	kinds, err := standard.Registry()
	if err != nil {
		t.Fatal(err)
	}
	d, err := document.Parse("a.json", []byte(`{"modules": [
		{"name": "in", "module": "host"},
		{"name": "map", "module": "identity_map", "args": [
			{"macAddress": "01:01:01:01:01:01", "deviceId": "a", "deviceKey": "Ym9pbGVyIGtleQ=="},
			{"macAddress": "01:01:01:01:01:02", "deviceId": "b", "deviceKey": "${SECRET}"}]},
		{"name": "hub", "module": "iothub", "args": {"IoTHubName": "contoso", "IoTHubSuffix": "azure-devices.net"}},
		{"name": "screen", "module": "console"}
	], "links": [`+links+`]}`), kinds, options)
	if err != nil {
		t.Fatal(err)
	}
	notes := d.Notes()
	if len(notes) == 0 || !strings.HasPrefix(notes[0], "module map: args[1].deviceKey is not base64") {
		t.Fatalf("notes on keys: %q", notes)
	}
	for _, n := range notes {
		if strings.Contains(n, "hunter2") {
			t.Errorf("a secret shows: %s", n)
		}
	}
	return notes[1:]
}

func TestNotes(t *testing.T) {
	for links, want := range map[string]string{
		`{"source": "in", "sink": "screen", "filter": "knd = 'cpu'"}`:                              `"knd", which host never writes; did you mean "kind"?`,
		`{"source": "in", "sink": "screen", "filter": "NOT colour = 'red' AND kind = 'cpu'"}`:      `"colour", which host never writes; it writes `,
		`{"source": "in", "sink": "screen", "filter": {"kind": ["cpu"], "colour": ["${SECRET}"]}}`: `"colour"`,
		`{"source": "in", "sink": "screen", "filter": "kind = 'cpu' OR colour IS NULL"}`:           "",
		`{"source": "map", "sink": "hub"}`:                                                         "",
		`{"source": "map", "sink": "screen"}`:                                                      `writes the secret "deviceKey", and console shows every property`,
		`{"source": "*", "sink": "screen"}`:                                                        `secret "deviceKey"`,
		`{"source": "map", "sink": "screen", "filter": {"deviceKey": [{"exists": false}]}}`:        "",
		`{"source": "map", "sink": "screen", "filter": "deviceKey IS NULL AND deviceName = 'a'"}`:  "",
		`{"source": "map", "sink": "screen", "filter": "deviceName = 'a'"}`:                        `secret "deviceKey"`,
		`{"source": "in", "sink": "map"}`:                                                          "",
		`{"source": "in", "sink": "screen", "filter": "name LIKE '%${SECRET}'"}`:                   "is not indexed",
	} {
		got := notesOf(t, links)
		if want == "" && len(got) > 0 || want != "" && (len(got) != 1 || !strings.Contains(got[0], want)) {
			t.Errorf("%s: %q; want %q", links, got, want)
		}
	}
}

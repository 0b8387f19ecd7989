package document_test

import (
	"strings"
	"testing"
)

func TestRenderPlacesTheCaret(t *testing.T) {
	for name, test := range map[string]struct{ text, want string }{
		"tabs": {
			"{\"modules\":\t\t5, \"links\": []}",
			"    1 | {\"modules\":        5, \"links\": []}\n" +
				"      |                    ^\n",
		},
		"wide and combining characters": {
			"modules:\n- {name: 電車e\u0301, module: console, 大: 1}\nlinks: []",
			"    2 | - {name: 電車e\u0301, module: console, 大: 1}\n" +
				"      | " + strings.Repeat(" ", 33) + "^\n",
		},
		"control characters": {
			"modules:\n- {name: a\x1b[31m, mod: 1}\nlinks: []",
			"    2 | - {name: a·[31m, mod: 1}\n" +
				"      |           ^\n",
		},
		"a long line": {
			`{"modules": [` + strings.Repeat(" ", 500) + `5` + strings.Repeat(" ", 500) + `], "links": []}`,
			"    1 | …" + strings.Repeat(" ", 60) + "5" + strings.Repeat(" ", 38) + "…\n" +
				"      |  " + strings.Repeat(" ", 60) + "^\n",
		},
		"the end of the text": {
			`{"modules": [`,
			"    1 | {\"modules\": [\n" +
				"      |              ^\n",
		},
		"windows line ends": {
			"{\r\n\t\"modules\": 5,\r\n\t\"links\": []\r\n}\r\n",
			"    2 |     \"modules\": 5,\n" +
				"      |                ^\n",
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, e := parse(t, map[bool]string{true: "a.json", false: "a.yaml"}[test.text[0] == '{'],
				test.text)
			if e == nil {
				t.Fatal("accepted")
			}
			if got := e.Render(); !strings.HasSuffix(got, test.want) {
				t.Errorf("got:\n%swant at the end:\n%s", got, test.want)
			}
		})
	}
}

// TestRenderSeveralOnOneLine goes back and forth in a line.
func TestRenderSeveralOnOneLine(t *testing.T) {
	_, e := parse(t, "a.json", `{"modules": [1, 2], "links": [3]}`)
	const module = `want {"name": "…", "module": "…"}` + "\n"
	want := "a.json:1:14: modules[0]: the number 1 where an object belongs; " + module +
		"    1 | {\"modules\": [1, 2], \"links\": [3]}\n" +
		"      |              ^\n" +
		"a.json:1:17: modules[1]: the number 2 where an object belongs; " + module +
		"    1 | {\"modules\": [1, 2], \"links\": [3]}\n" +
		"      |                 ^\n" +
		"a.json:1:31: links[0]: the number 3 where an object belongs; " +
		`want {"source": "…", "sink": "…"}` + "\n" +
		"    1 | {\"modules\": [1, 2], \"links\": [3]}\n" +
		"      |                               ^\n"
	if e == nil || e.Render() != want {
		t.Errorf("got:\n%s", e.Render())
	}
}

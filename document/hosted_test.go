package document_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/millrace/millrace/document"
)

func TestHostedModules(t *testing.T) {
	for _, c := range []struct{ args, kind, want string }{
		{
			`{"outprocess.loader": {"name": "native", "entrypoint": {"module.path": "../liblogger.so"}},
			  "module.args": {"filename": "log.txt"}}`,
			"logger", `{"filename":"log.txt"}`,
		},
		{
			`{"outprocess.loader": {"entrypoint": {"module.path": "hello_world.dll"}}, "module.args": null}`,
			"hello_world", `null`,
		},
		{
			`{"outprocess.loaders": [{"type": "builtin", "name": "mine"}],
			  "outprocess.loader": {"name": "mine", "entrypoint": {"module": "hello_world"}},
			  "module.args": ["${NOT}", "expanded"]}`,
			"hello_world", `["${NOT}","expanded"]`,
		},
	} {
		m, err := document.Hosted(kinds(t))(json.RawMessage(c.args))
		if err != nil || m.Spec.Name != c.kind || string(m.Args) != c.want {
			t.Errorf("%s\ngot %s with %s, %v", c.args, m.Spec.Name, m.Args, err)
		}
	}
}

func TestHostedModulesThatAreRefused(t *testing.T) {
	for args, want := range map[string]string{
		`"THIS IS THE OOP MODULE CONFIGURATION"`: "the string",
		`null`:                                   "null where an object belongs",
		`{}`:                                     "outprocess.loader",
		`{"outprocess.loader": {"name": "native", "entrypoint": {"module.path": "/nonexistent.so"}}}`: `unknown module "nonexistent"`,
		`{"outprocess.loader": {"name": "java", "entrypoint": {"class.name": "A"}}}`:                  `"java"`,
		`{"outprocess.loader": {"name": "outprocess", "entrypoint": {"activation.type": "none",
		   "control.id": "x"}}, "module.args": null}`: "remote again",
		`{"outprocess.loader": {"entrypoint": {"module.path": "liblogger.so"}}}`:                                `missing key "filename"`,
		`{"outprocess.loader": {"entrypoint": {"module.path": "liblogger.so"}}, "module.args": {"filname": 1}}`: `did you mean "filename"`,
		`{"outprocess.loader": {"entrypoint": {"module.path": "liblogger.so"}}, "args": {}}`:                    `unknown key "args"`,
		`{`: "arguments:1:",
	} {
		m, err := document.Hosted(kinds(t))(json.RawMessage(args))
		var e *document.Error
		if !errors.As(err, &e) || !strings.Contains(err.Error(), want) || m.Spec.New != nil && m.Args == nil {
			t.Errorf("%s\ngot %v, want %s", args, err, want)
		}
	}
}

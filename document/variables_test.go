package document_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/millrace/millrace/document"
	"github.com/millrace/millrace/fault"
	"github.com/millrace/millrace/module"
)

// withArgs is a document whose only module has these args.
func withArgs(args string) string {
	return `{"modules": [{"name": "a", "module": "hello_world", "args": ` + args + `}], "links": []}`
}

func TestVariableFiles(t *testing.T) {
	folder := t.TempDir()
	write := func(name, content string) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	write("plain", "secret")
	write("line", "secret\n")
	write("windows", "secret\r\n")
	write("two", "secret\n\n")
	write("latin1", "caf\xe9")
	write("marked", "\xef\xbb\xbfsecret\r\n")
	write("full", strings.Repeat("x", 64<<10))
	write("over", strings.Repeat("x", 64<<10+1))
	absolute, err := json.Marshal("${file:" + write("absolute", "far") + "}")
	if err != nil {
		t.Fatal(err)
	}
	for args, want := range map[string]string{
		`"${file:plain}"`:        `"secret"`,
		`"${file:line}"`:         `"secret"`,
		`"${file:windows}"`:      `"secret"`,
		`"${file:two}"`:          `"secret\n"`,
		`"${file:marked}"`:       `"secret"`,
		`"${MARKED}"`:            `"marked"`,
		`"${UNSET:-a:-b}"`:       `"a:-b"`,
		`"<${EMPTY:-none}>"`:     `"\u003cnone\u003e"`,
		`"${SITE:-south}"`:       `"north"`,
		`"<${UNSET:-}>"`:         `"\u003c\u003e"`,
		`"${EMPTY}"`:             `""`,
		`"$${UNSET:-a}"`:         `"${UNSET:-a}"`,
		`"<${file:./plain}>"`:    `"\u003csecret\u003e"`,
		`"$${file:plain}"`:       `"${file:plain}"`,
		string(absolute):         `"far"`,
		`"${file:full}"`:         `"` + strings.Repeat("x", 64<<10) + `"`,
		`"${file:over}"`:         "larger than 65536 bytes",
		`"${file:latin1}"`:       "is not UTF-8 text",
		`"${file:}"`:             "not a regular file",
		`"${file:no such file}"`: "cannot be read",
	} {
		d, e := parse(t, filepath.Join(folder, "a.json"), withArgs(args))
		switch {
		case e != nil && !strings.Contains(e.Error(), want):
			t.Errorf("%s: got %.300v; want %q", args, e, want)
		case e == nil && string(d.Modules[0].Args) != want:
			t.Errorf("%s: got %.300s; want %.300s", args, d.Modules[0].Args, want)
		}
	}
}

// TestVariablesAreBounded multiplies one large file.
func TestVariablesAreBounded(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "x")
	if err := os.WriteFile(path, []byte(strings.Repeat("x", 64<<10)), 0o600); err != nil {
		t.Fatal(err)
	}
	for times, want := range map[int]bool{64: true, 65: false} {
		_, e := parse(t, filepath.Join(folder, "a.json"),
			withArgs(`"`+strings.Repeat("${file:x}", times)+`"`))
		if got := e == nil; got != want {
			t.Errorf("%d times 64 KiB: accepted %v; want %v", times, got, want)
		}
	}
}

// TestEnvironmentOfTheProcess is what the zero Options read.
func TestEnvironmentOfTheProcess(t *testing.T) {
	t.Setenv("MILLRACE_TEST_VARIABLE", "seen")
	d, err := document.Parse("a.json", []byte(withArgs(`"${MILLRACE_TEST_VARIABLE}"`)), kinds(t),
		document.Options{})
	if err != nil || string(d.Modules[0].Args) != `"seen"` {
		t.Errorf("got %v, %v", d, err)
	}
}

// TestSecretsStayHidden lets a module repeat a secret in every way that is likely.
func TestSecretsStayHidden(t *testing.T) {
	const secret = "Tr0ub4dor\n\"&3<>"
	for name, say := range map[string]func(string) error{
		"plain":     errors.New,
		"quoted":    func(s string) error { return fmt.Errorf("bad %q", s) },
		"as JSON":   func(s string) error { b, _ := json.Marshal(s); return errors.New(string(b)) },
		"upper":     func(s string) error { return errors.New(strings.ToUpper(s)) },
		"cut short": func(s string) error { return errors.New("bad " + s[:7] + "…") },
		"its end":   func(s string) error { return errors.New("bad " + s[len(s)-7:]) },
		"remedy": func(s string) error {
			return fault.Fault{Problem: "bad", Want: "not " + s[:8]}
		},
	} {
		t.Run(name, func(t *testing.T) {
			refuse := func(args json.RawMessage) error {
				var text string
				if err := json.Unmarshal(args, &text); err != nil {
					return err
				}
				return say(text)
			}
			r, err := module.NewRegistry(module.Spec{Name: "hello_world", Summary: "Refuses",
				AnyArgs: true, New: func() module.Module { return configure(refuse) }})
			if err != nil {
				t.Fatal(err)
			}
			_, err = document.Parse("a.json", []byte(withArgs(`"${X}"`)), r,
				document.Options{Env: func(string) (string, bool) { return secret, true }})
			if err == nil {
				t.Fatal("accepted")
			}
			shown := strings.ToLower(err.Error())
			for i := 0; i+6 <= len(secret); i++ {
				if strings.Contains(shown, strings.ToLower(secret[i:i+6])) {
					t.Fatalf("%q of the secret shows: %s", secret[i:i+6], err)
				}
			}
		})
	}
}

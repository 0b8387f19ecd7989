package redact_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/millrace/millrace/internal/redact"
)

const password = "Tr0ub4dor'\n\"&3<é>"

func knowing(secrets ...string) *redact.Redactor {
	r := &redact.Redactor{}
	for i, s := range secrets {
		r.Add(fmt.Sprintf("${S%d}", i), s)
	}
	return r
}

// shows tells whether six bytes in a row of a secret are in a text.
func shows(text, secret string) bool {
	text, secret = strings.ToLower(text), strings.ToLower(secret)
	for i := 0; i+6 <= len(secret); i++ {
		if strings.Contains(text, secret[i:i+6]) {
			return true
		}
	}
	return false
}

// However a secret is written, it does not show, and its name stands in its place.
func TestForms(t *testing.T) {
	asJSON, err := json.Marshal(password)
	if err != nil {
		t.Fatal(err)
	}
	r := knowing(password)
	for _, form := range []string{
		password, strings.ToUpper(password), strings.ToLower(password), strconv.Quote(password),
		strconv.QuoteToASCII(password), string(asJSON), url.PathEscape(password), url.QueryEscape(password),
		strings.ReplaceAll(password, "'", "''"),
	} {
		got := r.Text("a/" + form + "/b does not exist")
		if shows(got, password) || !strings.Contains(got, "${S0}") || !strings.HasSuffix(got, "/b does not exist") {
			t.Errorf("%q: %q", form, got)
		}
	}
}

func TestParts(t *testing.T) {
	r := knowing(password)
	for i := range len(password) {
		for j := i + 1; j <= len(password); j++ {
			got := r.Text("got " + password[i:j] + "…")
			if shows(got, password) || j-i < 6 && password[i:j] == strings.ToValidUTF8(password[i:j], "?") && got != "got "+password[i:j]+"…" {
				t.Fatalf("%q: %q", password[i:j], got)
			}
		}
	}
}

func TestShortSecretsAreWords(t *testing.T) {
	r := knowing("1234", "true", "ab")
	const text = "PIN 1234, not 12345; x1234; true; ab"
	if got := r.Text(text); got != "PIN ${S0}, not 12345; x1234; true; ab" {
		t.Error(got)
	}
	strict := &redact.Redactor{Strict: true}
	strict.Add("${S}", "ab")
	if got := strict.Text("got ab"); got != "got ${S}" {
		t.Error(got)
	}
}

// Names that a document gives are known to whoever reads it, whatever a variable stands for.
func TestPublicWordsStay(t *testing.T) {
	r := knowing("machine-room-7-key", "north")
	r.Public("machine", "north")
	for text, want := range map[string]string{
		"module=machine":            "module=machine",
		"machine -> north":          "machine -> north",
		"got machine-room-7-key":    "got ${S0}",
		"got MACHINE-ROOM-7-KEY.":   "got ${S0}.",
		"got machine-room":          "got …",
		"x machine-room-7 machine.": "x … machine.",
	} {
		if got := r.Text(text); got != want {
			t.Errorf("%q: %q; want %q", text, got, want)
		}
	}
}

// A longer secret is not cut by one that it begins with, and what was written is not looked at again.
func TestSecretsInSecrets(t *testing.T) {
	r := knowing("abcdefgh", "abcdefghijkl", "${S0}-long")
	if got := r.Text("abcdefghijkl abcdefgh ${S0}-long"); got != "${S1} ${S0} ${S2}" {
		t.Error(got)
	}
}

func TestNothingToHide(t *testing.T) {
	var none *redact.Redactor
	for _, r := range []*redact.Redactor{none, {}, knowing("")} {
		if got := r.Text("a\xffb"); got != "a\xffb" {
			t.Errorf("%q", got)
		}
	}
	if got := knowing("abcdef").Text("\xffabcdef"); got != "\uFFFD${S0}" {
		t.Errorf("%q", got)
	}
}

func TestErrors(t *testing.T) {
	r := knowing(password)
	err := r.Error(&fs.PathError{Op: "open", Path: password, Err: fs.ErrNotExist})
	if err.Error() != "open ${S0}: file does not exist" || !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
	if plain := errors.New("plain"); r.Error(plain) != plain || r.Error(nil) != nil {
		t.Error("another error")
	}
}

// whoever is logged as a value that has a text or a JSON form of its own.
type speaker struct{}

func (speaker) LogValue() slog.Value { return slog.GroupValue(slog.String("inner", password)) }

type marshaller struct{}

func (marshaller) MarshalJSON() ([]byte, error) { return json.Marshal(password) }

func TestLogs(t *testing.T) {
	for name, handler := range map[string]func(*bytes.Buffer) slog.Handler{
		"text": func(b *bytes.Buffer) slog.Handler { return slog.NewTextHandler(b, nil) },
		"JSON": func(b *bytes.Buffer) slog.Handler { return slog.NewJSONHandler(b, nil) },
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			log := slog.New(knowing(password).Handler(handler(&out)))
			log = log.With("with", password).WithGroup("group")
			log.Info("said "+password, "text", password, "error", errors.New(password),
				"list", []string{"a", password}, "bytes", password[:9], "speaker", speaker{},
				"marshaller", marshaller{}, password, 1, "number", 5, "plain", []int{1, 2})
			got := out.String()
			if shows(got, password) || strings.Count(got, "${S0}") < 6 || !strings.Contains(got, "5") {
				t.Error(got)
			}
		})
	}
}

// Secrets may become known while others log.
func TestConcurrentUse(t *testing.T) {
	r := &redact.Redactor{}
	done := make(chan bool)
	go func() {
		defer close(done)
		for i := range 100 {
			r.Add("${S}", "secret"+strconv.Itoa(i))
			r.Join(knowing("other" + strconv.Itoa(i)))
		}
	}()
	for range 100 {
		r.Text("secret5 and other7")
	}
	<-done
	if got := r.Text("secret5 and other7"); got != "${S} and ${S0}" {
		t.Error(got)
	}
}

func FuzzText(f *testing.F) {
	f.Add("got Tr0ub4dor, tr0UB4", password)
	f.Add("ÄÖÜäöüß", "äöüßÄ")
	f.Fuzz(func(t *testing.T, text, secret string) {
		if got := knowing(secret).Text(text); len(secret) >= 6 && isPlain(secret) && isPlain(text) && shows(got, secret) &&
			!shows("${S0}", secret) {
			t.Errorf("%q of %q shows %q", got, text, secret)
		}
	})
}

func isPlain(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r > '~' })
}

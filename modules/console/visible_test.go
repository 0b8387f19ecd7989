package console

import (
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestAppendVisible(t *testing.T) {
	for text, want := range map[string]string{
		"":                                "",
		"two\nlines\tÜ 😀\u00a0\r\n":       "two\nlines\tÜ 😀\u00a0\r\n",
		"\x1b[31mred\x07\x00\x7f":         `\x1b[31mred\a\x00\x7f`,
		"\u202eevil\u2066\u009b31m\ufeff": `\u202eevil\u2066\u009b31m\ufeff`,
		"over\rwritten\r":                 `over\rwritten\r`,
		"\xff\xc3(":                       `\xff\xc3(`,
		"👩\u200d🚀":                        "👩\u200d🚀",
		`\x1b`:                            `\x1b`,
	} {
		if got := string(appendVisible(nil, []byte(text))); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// FuzzAppendVisible: nothing gets through that a terminal would act upon.
func FuzzAppendVisible(f *testing.F) {
	f.Add([]byte("\x1b[2J\u202e\xff\r\n\r"))
	f.Fuzz(func(t *testing.T, text []byte) {
		got := appendVisible(nil, text)
		for i, r := range string(got) {
			_, size := utf8.DecodeRune(got[i:])
			if r == utf8.RuneError && size == 1 || unicode.Is(unicode.Bidi_Control, r) ||
				unicode.IsControl(r) && r != '\n' && r != '\t' && (r != '\r' || got[i+1] != '\n') {
				t.Fatalf("%q: %q has %q", text, got, r)
			}
		}
	})
}

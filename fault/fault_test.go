package fault

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

func TestPathsPrintAsPeopleWriteThem(t *testing.T) {
	for _, c := range []struct {
		path Path
		want string
	}{
		{nil, ""},
		{At(Key("modules")), "modules"},
		{At(Key("modules"), Index(1), Key("args"), Key("message.delay")), `modules[1].args["message.delay"]`},
		{At(Index(0), Key("a"), Index(12)), "[0].a[12]"},
		{At(Key(""), Key("a")), `[""].a`},
		{At(Key("1st"), Key("_x"), Key("x-y")), `["1st"]._x.x-y`},
		{At(Key("quote\"and\nline")), `["quote\"and\nline"]`},
		{At(Key("naïve")), `["naïve"]`},
	} {
		if got := c.path.String(); got != c.want {
			t.Errorf("%#v prints %s, want %s", c.path, got, c.want)
		}
	}
}

// Faults share the keys above them, so a text with one very long key and very many mistakes below
// it must not print it each time in full.
func TestAVeryLongKeyIsCut(t *testing.T) {
	long := strings.Repeat("k", 1<<20)
	got := At(Key(long), Index(3)).String()
	if len(got) > 200 || !strings.HasPrefix(got, "kkkk") && !strings.HasPrefix(got, `["kkkk`) ||
		!strings.HasSuffix(got, "[3]") {
		t.Fatalf("%d bytes: %.100s", len(got), got)
	}
	if got := At(Key("x" + strings.Repeat("ä", 1<<20))).String(); strings.Contains(got, `\x`) {
		t.Fatalf("cut within a character: %s", got)
	}
}

func TestThenAndJoinLeaveThePathAlone(t *testing.T) {
	base := append(make(Path, 0, 8), Key("a"))
	one, two := base.Then(Key("b")), base.Join(At(Key("c"), Index(1)))
	if base.String() != "a" || one.String() != "a.b" || two.String() != "a.c[1]" {
		t.Fatal(base, one, two)
	}
}

func TestStepsTellWhatTheyAre(t *testing.T) {
	if key, ok := Key("a").Key(); !ok || key != "a" {
		t.Error("Key of a key")
	}
	if _, ok := Key("a").Index(); ok {
		t.Error("Index of a key")
	}
	if i, ok := Index(0).Index(); !ok || i != 0 {
		t.Error("Index of an index")
	}
	if _, ok := Index(0).Key(); ok {
		t.Error("Key of an index")
	}
}

func TestFaultsPrintOnOneLine(t *testing.T) {
	for want, f := range map[string]Fault{
		`args.period: not a number; want milliseconds`: {At(Key("args"), Key("period")), "not a number", "want milliseconds"},
		`not a number; want milliseconds`:              {nil, "not a number", "want milliseconds"},
		`args: missing`:                                {At(Key("args")), "missing", ""},
	} {
		if got := f.Error(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestUnder(t *testing.T) {
	at := At(Key("modules"), Index(2))
	bad, worse := Fault{At(Key("a")), "bad", ""}, Fault{nil, "worse", ""}
	two := List{bad, worse}
	one := Fault{At(Key("b")), "odd", "want even"}
	plain := errors.New("no such file")
	for _, c := range []struct {
		name string
		err  error
		want string
	}{
		{"nil", nil, ""},
		{"a list", two, "modules[2].a: bad\nmodules[2]: worse"},
		{"an empty list", List{}, ""},
		{"a nil list", List(nil), ""},
		{"a fault", one, "modules[2].b: odd; want even"},
		{"another error", plain, "modules[2]: no such file"},
		{"a wrapped list", fmt.Errorf("wrapped: %w", two), "modules[2].a: bad\nmodules[2]: worse"},
		{"two plain errors in one", fmt.Errorf("open %w, then %w", plain, plain), "modules[2]: open no such file, then no such file"},
		{"joined faults", errors.Join(two, one), "modules[2].a: bad\nmodules[2]: worse\nmodules[2].b: odd; want even"},
		{"a fault joined with another error", errors.Join(plain, one), "modules[2]: no such file\nmodules[2].b: odd; want even"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got List
			got.Under(at, c.err)
			if got.Error() != c.want {
				t.Errorf("got %q, want %q", got.Error(), c.want)
			}
			if (got.Err() == nil) != (c.want == "") {
				t.Error("Err:", got.Err())
			}
		})
	}
	if two[0].Path.String() != "a" {
		t.Error("the list that was read has changed")
	}
}

func TestDidYouMean(t *testing.T) {
	known := []string{"messagePeriod", "macAddress", "source", "sink", "filter", "args", "QOS"}
	for written, want := range map[string]string{
		"mesagePeriod":            "messagePeriod", // left out
		"messagePeriood":          "messagePeriod", // put in
		"nessagePeriod":           "messagePeriod", // mistaken
		"messagePeroid":           "messagePeriod", // swapped
		"MACADDRESS":              "macAddress",    // case
		"Source":                  "source",
		"snik":                    "sink",
		"arg":                     "args",
		"sixy":                    "sink", // half of it: the furthest that counts
		"sxyz":                    "",
		"qos":                     "QOS",
		"":                        "",
		"destination":             "",
		"messagePeriodInSeconds":  "",
		strings.Repeat("x", 1000): "",
	} {
		if want != "" {
			want = `did you mean "` + want + `"?`
		}
		if got := DidYouMean(written, known); got != want {
			t.Errorf("%.30q: got %q, want %q", written, got, want)
		}
	}
	if got := DidYouMean("a", nil); got != "" {
		t.Error("without known words:", got)
	}
	if got := DidYouMean("x", []string{"y"}); got != "" {
		t.Error("a word that shares nothing with the one written:", got)
	}
	if got := DidYouMean("filtre", []string{"filters", "filter"}); got != `did you mean "filter"?` {
		t.Error("not the nearest:", got)
	}
}

package iothub

import (
	"strings"
	"testing"
	"time"

	"github.com/millrace/millrace/message"
)

// The token was made by another implementation (Python's hmac and urllib).
func TestSignature(t *testing.T) {
	got := signature("contoso.azure-devices.net/devices/boiler 1", []byte("boiler's secret key"),
		time.Unix(1800000000, 0))
	want := "SharedAccessSignature sr=contoso.azure-devices.net%2Fdevices%2Fboiler+1" +
		"&sig=QpWO24FssbdzlfDn6%2Fk8xnFDqRB5xIjg%2FonXrSl22Vo%3D&se=1800000000"
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestUsableNames(t *testing.T) {
	for _, name := range []string{"boiler", "a-b.c%d_e*f?g!h(i)j,k:l=m@n$o'p", strings.Repeat("x", 128)} {
		if !usable([]byte(name)) {
			t.Errorf("%q is refused", name)
		}
	}
	for _, name := range []string{"", "a/b", "a#", "+", "a b", "ä", "a\x00", "../x", strings.Repeat("x", 129)} {
		if usable([]byte(name)) {
			t.Errorf("%q is accepted", name)
		}
	}
}

// TestPlus: in a property bag a plus sign stands for itself.
func TestPlus(t *testing.T) {
	if got := parseBag("sum=1+1"); len(got) != 1 || got[0].value != "1+1" {
		t.Errorf("got %q", got)
	}
}

// FuzzBag: what goes into a property bag comes out of it, but for what is the hub's own.
func FuzzBag(f *testing.F) {
	f.Add("unit", "°C", "a b", "1+1=2&%")
	f.Add("source", "", "%zz", "\xff\xfe")
	f.Add("$.mid", "x", "", "y")
	f.Fuzz(func(t *testing.T, key1, value1, key2, value2 string) {
		m, err := message.New(map[string]string{key1: value1, key2: value2}, nil)
		if err != nil {
			return // no message has such properties
		}
		bag, _ := strings.CutPrefix(appendBag("topic/", m), "topic/")
		if strings.ContainsAny(bag, "+#/ ") {
			t.Errorf("not fit for a topic: %q", bag)
		}
		got := parseBag(bag)
		for key, value := range m.Properties().All() {
			k := string(key)
			if k == "" || k == propertyName || k == propertyKey ||
				strings.HasPrefix(k, "$.") || strings.HasPrefix(k, "iothub-") {
				continue
			}
			if len(got) == 0 || got[0] != (property{k, string(value)}) {
				t.Fatalf("%q became %q in %q", k+"="+string(value), got, bag)
			}
			got = got[1:]
		}
		if len(got) > 0 {
			t.Errorf("%q comes out of %q too", got, bag)
		}
	})
}

// FuzzParseBag: no topic that a hub sends can do harm.
func FuzzParseBag(f *testing.F) {
	f.Add("%24.mid=1&a%20b=1%2B1&flag&&=x&bad=%zz")
	f.Fuzz(func(t *testing.T, bag string) {
		size := 0
		for _, p := range parseBag(bag) {
			size += len(p.name) + len(p.value)
		}
		if size > len(bag) {
			t.Errorf("%d bytes out of %q", size, bag)
		}
	})
}

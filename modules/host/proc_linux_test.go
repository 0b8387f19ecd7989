package host

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/millrace/millrace/module/moduletest"
)

// proc are files of a /proc in which everything can be read, and what each is for.
var proc = map[string]struct{ kind, text string }{
	"loadavg": {kindLoad, "0.50 0.40 0.30 1/100 1234\n"},
	"meminfo": {kindMemory, "MemTotal: 1000 kB\nMemFree: 300 kB\nMemAvailable: 600 kB\nBuffers: 10 kB\n" +
		"Cached: 90 kB\nSwapTotal: 500 kB\nSwapFree: 400 kB\n"},
	"stat":      {kindCPU, "cpu  %d 0 10 100 0 0 0 0 0 0\ncpu0 %d 0 10 100 0 0 0 0 0 0\n"},
	"net/dev":   {kindNetwork, "Inter-| Receive\n face |bytes\n eth0: %d 1 0 0 0 0 0 0 %d 1 0 0 0 0 0 0\n"},
	"diskstats": {"", ""}, "vmstat": {"", "pswpin 1\npswpout 1\n"},
}

// writeProc makes a /proc as it is in that round, with one file as it should not be.
func writeProc(t *testing.T, dir string, round int, broken, damage string) {
	t.Helper()
	for name, f := range proc {
		text := strings.ReplaceAll(f.text, "%d", fmt.Sprint(1000*round+7))
		if name == broken {
			text = damaged(text, damage)
		}
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func damaged(text, how string) string {
	switch how {
	case "empty":
		return ""
	case "one line":
		return text[:strings.IndexByte(text, '\n')+1]
	case "cut off":
		return text[:len(text)/3]
	default:
		return strings.Map(func(r rune) rune {
			if '0' <= r && r <= '9' {
				return 'x'
			}
			return r
		}, text)
	}
}

// TestDamagedProc: a file of the system that is empty, cut off or wrong costs the readings that are
// in it, and no others; none is nonsense.
func TestDamagedProc(t *testing.T) {
	whole := rounds(t, "", "")
	for _, kind := range []string{kindCPU, kindMemory, kindLoad} { // a network is not everywhere
		if len(whole[kind]) == 0 {
			t.Fatalf("no %s in %v", kind, whole)
		}
	}
	for name, f := range proc {
		if f.kind == "" {
			continue
		}
		for _, how := range []string{"empty", "one line", "cut off", "wrong"} {
			got := rounds(t, name, how)
			for kind, values := range whole {
				if kind != f.kind && !slices.Equal(got[kind], values) {
					t.Errorf("%s %s: %s is %v, want %v", name, how, kind, got[kind], values)
				}
			}
			if lost := len(got[f.kind]) < len(whole[f.kind]); lost && how == "empty" && got["warnings"][0] == "0" {
				t.Errorf("%s %s: no warning", name, how)
			}
			for _, value := range got[f.kind] {
				if how == "empty" || strings.HasPrefix(value, "ram 100 ") || strings.HasPrefix(value, "ram 0 ") {
					t.Errorf("%s %s: %s", name, how, value)
				}
			}
		}
	}
}

// rounds takes two rounds of readings and returns those of the second, by kind.
func rounds(t *testing.T, broken, damage string) map[string][]string {
	t.Helper()
	dir := t.TempDir()
	t.Setenv("HOST_PROC", dir)
	h := moduletest.NewHost(moduletest.Options{})
	m := &monitor{log: h.Log(), host: "here"}
	if err := m.choose([]string{kindCPU, kindMemory, kindLoad, kindNetwork}); err != nil {
		t.Fatal(err)
	}
	begun := time.Now()
	writeProc(t, dir, 1, broken, damage)
	m.round(t.Context(), begun)
	writeProc(t, dir, 2, broken, damage)
	got := make(map[string][]string)
	for _, r := range m.round(t.Context(), begun.Add(time.Second)) {
		got[r.Kind] = append(got[r.Kind], fmt.Sprint(r.Name, " ", r.Value, " ", r.Unit))
	}
	if broken != "" {
		got["warnings"] = []string{fmt.Sprint(strings.Count(h.Logged(), "cannot be read here"))}
	}
	return got
}

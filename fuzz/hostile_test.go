package fuzz

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/metrics"
	"strings"
	"testing"
	"time"
)

// TestHostileFrames damages every frame in every place: cut off, each bit flipped, each number set
// to an extreme.
func TestHostileFrames(t *testing.T) {
	tried := 0
	for _, frame := range frames(t) {
		tried += damage(frame, func(b []byte) { checkFrame(t, b) })
	}
	for _, frame := range controlFrames(t) {
		tried += damage(frame, func(b []byte) { checkControlFrame(t, b) })
	}
	t.Logf("%d frames", tried)
	if tried < 5000 {
		t.Errorf("%d frames only", tried)
	}
}

// damage hands on damaged copies and returns how many.
func damage(frame []byte, try func([]byte)) (tried int) {
	for i := range frame {
		try(frame[:i])
		tried++
		for bit := range 8 {
			b := bytes.Clone(frame)
			b[i] ^= 1 << bit
			try(b)
			tried++
		}
		for _, extreme := range []uint32{0, 1, 1<<31 - 1, 1 << 31, 1<<32 - 1} {
			b := append(bytes.Clone(frame), 0, 0, 0)
			binary.BigEndian.PutUint32(b[i:], extreme)
			try(b[:len(frame)])
			tried++
		}
	}
	return tried
}

// TestHostileDocuments damages every small document in many places: cut off, and what stands there
// replaced by what means something to JSON, to YAML or to a terminal.
func TestHostileDocuments(t *testing.T) {
	r, tried, stride := newReader(t), 0, 11
	if underRace {
		stride = 61
	}
	for _, name := range documents(t) {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if len(text) > 4<<10 || bytes.Contains(text, []byte("${file:")) {
			continue
		}
		asYAML := filepath.Ext(name) != ".json"
		for i := tried % stride; i < len(text); i += stride {
			replaced := append(bytes.Clone(text[:i]), hostile[tried%len(hostile)]...)
			r.read(t, append(replaced, text[i+1:]...), asYAML)
			r.read(t, text[:i], asYAML)
			tried += 2
		}
	}
	t.Logf("%d documents", tried)
	if tried < 5000 && !underRace {
		t.Errorf("%d documents only", tried)
	}
}

var hostile = []string{
	`"`, "{", "}", "[", "]", ",", ":", "*a", "&a ", "${", "$${", "\x00", "\x1b[2J", "\n", "\r", "\t", "\xff", "\u2028", "\ufeff",
	`\u0000`, `\ud800`, "- ", "? ", "| ", "!!int ", "<<: ", "#", "'", "1e999", "null", "<!--",
}

// TestBombs reads documents that are as bad as their size allows. It says what each takes: -v.
func TestBombs(t *testing.T) {
	if underRace {
		t.Skip("the race detector's own memory would be measured")
	}
	r := newReader(t)
	for name, text := range bombs() {
		for _, asYAML := range []bool{false, true} {
			began := time.Now()
			peak := peakHeap(func() {
				if _, e := r.parse(t, []byte(text), asYAML); e != nil {
					_ = e.Render()
				}
			})
			took := time.Since(began)
			t.Logf("%-12s YAML %-5v %7d bytes: %4d MiB, %v", name, asYAML, len(text), peak>>20, took.Round(time.Millisecond))
			if peak > bombMax || took > patience {
				t.Errorf("%s, YAML %v: %d bytes of heap, %v", name, asYAML, peak, took)
			}
		}
	}
}

// bombMax is how large the heap may be while a document is read, in bytes, whatever the document is.
const bombMax = 384 << 20

// peakHeap returns how large the heap was while f ran, garbage included, as seen every millisecond.
func peakHeap(f func()) (peak uint64) {
	runtime.GC()
	before, done, seen := heapInUse(), make(chan struct{}), make(chan uint64)
	go func() {
		tick := time.NewTicker(time.Millisecond)
		defer tick.Stop()
		for {
			peak = max(peak, heapInUse())
			select {
			case <-tick.C:
			case <-done:
				seen <- max(peak, heapInUse())
				return
			}
		}
	}()
	f()
	close(done)
	return <-seen - before
}

func heapInUse() uint64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

func bombs() map[string]string {
	const size = 4 << 20
	fill := func(before, piece, after string) string {
		return before + strings.Repeat(piece, (size-len(before)-len(after))/len(piece)) + after
	}
	aliases := "a: &a [x,x,x,x,x,x,x,x,x,x]\n"
	for c := 'b'; c < 'k'; c++ {
		aliases += fmt.Sprintf("%c: &%c [%s*%c]\n", c, c, strings.Repeat(fmt.Sprintf("*%c,", c-1), 9), c-1)
	}
	return map[string]string{
		"brackets":     fill("", "[", ""),
		"braces":       fill("", `{"":`, ""),
		"blanks":       fill("", " ", ""),
		"line feeds":   fill("", "\n", ""),
		"zeros":        fill("[", "0,", "0]"),
		"few zeros":    "[" + strings.Repeat("0,", 125_000) + "0]",
		"objects":      `{"modules":[` + strings.Repeat("{},", 60_000) + `{}],"links":[]}`,
		"one key":      fill("{", `"a":1,`, `"b":1}`),
		"digits":       fill(`{"modules":`, "9", "}"),
		"a text":       fill(`{"modules":"`, "x", `"}`),
		"escapes":      fill(`{"modules":"`, `\u0000`, `"}`),
		"a SQL filter": fill(`{"modules":[{"name":"a","module":"console","filter":"`, "(", `"}]}`),
		"variables":    fill(`{"modules":[{"name":"a","module":"console","args":["`, "${A}", `"]}]}`),
		"few variables": `{"modules":[{"name":"a","module":"console","args":["` +
			strings.Repeat("${A}", 65_000) + `"]}]}`,
		"dashes":    fill("", "- ", ""),
		"questions": fill("", "? ", ""),
		"anchors":   fill("", "&a ", ""),
		"tags":      fill("", "!a ", ""),
		"stars":     fill("", "*a ", ""),
		"quotes":    fill("", `"" `, ""),
		"block":     fill("a: |\n", " x\n", ""),
		"comments":  fill("", "#\n", ""),
		"documents": fill("", "---\n", ""),
		"aliases":   aliases,
		"names": `{"modules":[` + strings.Repeat(`{"name":"a","module":"console"},`, 25_000) +
			`{"name":"b","module":"console"}],"links":[]}`,
		"near misses": `{"modules":[{"name":"a","module":"console"}],"links":[` +
			strings.Repeat(`{"source":"b","sink":"c"},`, 40_000) + `{"source":"a","sink":"a"}]}`,
	}
}

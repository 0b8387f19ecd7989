package wire_test

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/millrace/millrace/internal/arena"
	"github.com/millrace/millrace/internal/layout"
	"github.com/millrace/millrace/wire"
)

// The frames captured between a gateway of v1 and its remote modules are read and written again
// byte by byte. What they look like is in samples and controls too, so that nothing is proven only
// where the captures are.
func TestCapturedFrames(t *testing.T) {
	folder := os.Getenv("MILLRACE_V1_DATA")
	if folder == "" {
		t.Skip("MILLRACE_V1_DATA does not name the folder of v1's captured frames")
	}
	files, err := filepath.Glob(filepath.Join(folder, "frames", "*.txt"))
	if err != nil || len(files) == 0 {
		t.Fatalf("found %d files, %v", len(files), err)
	}
	frames := 0
	for _, file := range files {
		for _, frame := range captured(t, file) {
			frames++
			if again := rewritten(t, frame); !bytes.Equal(again, frame) {
				t.Errorf("%s: %x became %x", file, frame, again)
			}
		}
	}
	if frames < 20 {
		t.Errorf("only %d frames", frames)
	}
}

func rewritten(t *testing.T, frame []byte) []byte {
	t.Helper()
	if c, err := wire.ParseControl(frame); err == nil {
		again, err := wire.AppendControl(nil, c)
		if err != nil {
			t.Error(err)
		}
		return again
	}
	m, err := wire.ParseMessage(frame)
	if err != nil {
		t.Fatal(err)
	}
	again, err := wire.AppendMessage(nil, list(m), m.Content())
	if err != nil {
		t.Error(err)
	}
	return again
}

// captured reads the frames of a hex dump, each of which begins at offset 0.
func captured(t *testing.T, file string) (frames [][]byte) {
	t.Helper()
	text, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer text.Close()
	for lines := bufio.NewScanner(text); lines.Scan(); {
		line := lines.Text()
		if len(line) < 60 || line[8:10] != "  " || strings.TrimLeft(line[:8], "0123456789abcdef") != "" {
			continue
		}
		if strings.HasPrefix(line, "00000000") {
			frames = append(frames, nil)
		}
		b, err := hex.DecodeString(strings.ReplaceAll(line[10:58], " ", ""))
		if err != nil {
			t.Fatal(err)
		}
		frames[len(frames)-1] = append(frames[len(frames)-1], b...)
	}
	return frames
}

// A published message is its own data frame.
func TestAPublishedMessageIsADataFrame(t *testing.T) {
	memory := arena.NewArena(layout.NewKeys(0), arena.Limits{}, 0)
	shard := memory.NewShard(nil)
	for _, s := range samples() {
		d, err := shard.Claim(nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range s.properties {
			d.Set(p.Key, p.Value)
		}
		d.SetContent([]byte(s.content))
		m, err := d.Seal(1)
		if err != nil {
			t.Fatal(err)
		}
		if want := unhex(t, s.hex); !bytes.Equal(m.Wire(), want) {
			t.Errorf("%s: %x, want %x", s.name, m.Wire(), want)
		}
		m.Release()
	}
}

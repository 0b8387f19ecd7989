package file_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"sync/atomic"
	"testing"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/message"
	"github.com/millrace/millrace/module/moduletest"
	"github.com/millrace/millrace/modules/file"
)

const (
	line = `{"time":"2026-11-22T20:54:06.123456Z","device":"press-04","kind":"temperature",` +
		`"value":21.375,"unit":"°C","ok":true,"seq":123456}` + "\n"
	row = "2026-11-22T20:54:06.123456Z,press-04,temperature,21.375,°C,true,123456\n"
)

// BenchmarkLines reads one line per operation, through the engine to a sink that counts.
func BenchmarkLines(b *testing.B) {
	for format, text := range map[string]string{"jsonl": line, "csv": row, "lines": line} {
		b.Run(format, func(b *testing.B) { benchmark(b, format, text) })
	}
}

func benchmark(b *testing.B, format, text string) {
	var arrived, properties atomic.Int64
	sink := engine.HandlerFunc(func(_ context.Context, _ *engine.Publisher, batch []message.Message) {
		arrived.Add(int64(len(batch)))
		properties.Add(int64(batch[0].Properties().Len()))
	})
	b.ReportAllocs()
	b.SetBytes(int64(len(text)))
	rig := moduletest.Start(b, file.Spec(), fmt.Sprintf(`{"path":"-","format":%q}`, format),
		moduletest.Options{Sink: sink, Stdin: repeat(text, b.N, format)})
	if err := rig.Wait(); err != nil {
		b.Fatal(err)
	}
	if err := rig.Stop(); err != nil {
		b.Fatal(err)
	}
	if n := arrived.Load(); n != int64(b.N) || (properties.Load() == 0) != (format == "lines") {
		b.Fatalf("%d messages of %d, %d properties", n, b.N, properties.Load())
	}
}

// repeat returns a reader of n times the same text.
func repeat(text string, n int, format string) io.Reader {
	block := bytes.Repeat([]byte(text), 1000)
	readers := []io.Reader{bytes.NewReader(block[:n%1000*len(text)])}
	if format == "csv" {
		readers = []io.Reader{bytes.NewReader([]byte("time,device,kind,value,unit,ok,seq\n")), readers[0]}
	}
	for range n / 1000 {
		readers = append(readers, bytes.NewReader(block))
	}
	return io.MultiReader(readers...)
}

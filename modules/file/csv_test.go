package file

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"log/slog"
	"slices"
	"strings"
	"testing"
)

// rows cuts text into records and parses them, as the reader does; it copies the fields, which are
// valid until the next record only.
func rows(t *table, text []byte) (records [][]byte, fields [][]field, err error) {
	for len(text) > 0 {
		end := t.end(text, 0, '\n')
		if end < 0 {
			end = len(text)
		}
		record := withoutEnding(text[:end])
		f, skip, e := t.parse(record, nil)
		if !skip {
			for i := range f {
				f[i].value = bytes.Clone(f[i].value)
			}
			records, fields = append(records, record), append(fields, f)
		}
		err = errors.Join(err, e)
		text = text[end:]
	}
	return records, fields, err
}

// commas is a table of the plainest kind.
func commas() *table { return newTable(csvOptions{parts: ','}, slog.New(slog.DiscardHandler)) }

func TestCSV(t *testing.T) {
	text := "name,value,,note\r\n" +
		"a,1.50,ignored,\r\n" +
		"\r\n" +
		"\"b, c\",1e3,,\"say \"\"hi\"\"\nand more\"\n" +
		"d,,,last"
	records, fields, err := rows(commas(), []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"name=a value=1.50 note=", "name=b, c value=1e3 note=say \"hi\"\nand more",
		"name=d value= note=last",
	}
	for i, f := range fields {
		if show(f) != want[i] {
			t.Errorf("row %d: %q, want %q", i, show(f), want[i])
		}
	}
	if string(records[1]) != "\"b, c\",1e3,,\"say \"\"hi\"\"\nand more\"" {
		t.Errorf("content %q", records[1])
	}
}

func TestCSVMalformed(t *testing.T) {
	for _, row := range []string{"1", "1,2,3", `"1,2`, `"1"x,2`, `1",2`, `1,x"y"`} {
		table := commas()
		_, _, _ = rows(table, []byte("a,b\n"))
		fields, skip, err := table.parse([]byte(row), nil)
		if err == nil || skip || len(fields) > 0 {
			t.Errorf("%s: %q, skip %v, %v", row, show(fields), skip, err)
		}
	}
}

func TestCSVHeaderRefused(t *testing.T) {
	for _, header := range []string{"a,b,a", `a,"b`, "a,\x00"} {
		if _, skip, err := commas().parse([]byte(header), nil); !errors.Is(err, errHeader) || !skip {
			t.Errorf("%q: skip %v, %v", header, skip, err)
		}
	}
}

// TestCSVEndResumes cuts the text at every place: the end that is found must be the same.
func TestCSVEndResumes(t *testing.T) {
	text := []byte("a,\"b\"\"\n\",c\nrest")
	whole := commas().end(text, 0, '\n')
	for cut := range text {
		table := commas()
		if end := table.end(text[:cut], 0, '\n'); end >= 0 {
			if end != whole {
				t.Errorf("cut at %d: %d, want %d", cut, end, whole)
			}
			continue
		}
		if end := table.end(text, cut, '\n'); end != whole {
			t.Errorf("cut at %d: %d, want %d", cut, end, whole)
		}
	}
}

// FuzzCSV holds the scanner against encoding/csv: on text that it accepts whole, the rows are the
// same.
func FuzzCSV(f *testing.F) {
	f.Add([]byte("a,b\n1,2\n"))
	f.Add([]byte("a,b\r\n\"1\"\"\n\",\r\n\n,\"\"\r\n"))
	f.Add([]byte("a\n\"x\"y\n"))
	f.Add([]byte("0,\n\"\"\"0\",\n,\"\"\"1\""))
	f.Fuzz(func(t *testing.T, text []byte) {
		reader := csv.NewReader(bytes.NewReader(text))
		want, err := reader.ReadAll()
		_, got, scanned := rows(commas(), text)
		if err != nil || len(want) == 0 || scanned != nil && errors.Is(scanned, errHeader) {
			return
		}
		if scanned != nil || len(got) != len(want)-1 {
			t.Fatalf("%q: %d rows, %v; want %d", text, len(got), scanned, len(want)-1)
		}
		for i, fields := range got {
			if row := named(want[0], want[i+1]); !slices.Equal(values(fields), row) {
				t.Fatalf("%q: row %d is %q, want %q", text, i, values(fields), row)
			}
		}
	})
}

// named leaves out what has no name in the header.
func named(header, row []string) []string {
	var kept []string
	for i, name := range header {
		if name != "" {
			kept = append(kept, row[i])
		}
	}
	return kept
}

// values writes the fields' values with the line endings that encoding/csv returns.
func values(fields []field) []string {
	var list []string
	for _, f := range fields {
		list = append(list, strings.ReplaceAll(string(f.value), "\r\n", "\n"))
	}
	return list
}

func BenchmarkCSV(b *testing.B) {
	row := []byte("2026-11-22T20:54:06.123456Z,press-04,temperature,21.375,\"°C, air\",true,123456\n")
	table := commas()
	if _, _, err := rows(table, []byte("time,device,kind,value,unit,ok,seq\n")); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(row)))
	b.ReportAllocs()
	fields := make([]field, 0, 16)
	for b.Loop() {
		end := table.end(row, 0, '\n')
		var err error
		if fields, _, err = table.parse(withoutEnding(row[:end]), fields[:0]); err != nil {
			b.Fatal(err)
		}
	}
	if len(fields) != 7 {
		b.Fatal(len(fields), io.EOF)
	}
}

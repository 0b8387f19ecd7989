package file

import (
	"bytes"
	"encoding/json"
	"strconv"

	"github.com/millrace/millrace/fault"
)

const headerFirst, headerNone = "first", "none"

const delimiterAuto = "auto"

// delimiters are those that are looked for.
const delimiters = ",;\t|"

// csvOptions say what a CSV file looks like.
type csvOptions struct {
	parts     byte     // the delimiter; 0: one that the first row shows
	header    string   // where the names of the columns are, if names is nil
	names     [][]byte // of the columns
	skipLines int      // at the beginning
	comment   byte     // what lines that are no rows begin with; 0: none do
	trim      bool     // blanks around fields
	lasting   bool     // the file is followed
}

// csvArgs are the arguments that only CSV has.
type csvArgs struct {
	Delimiter *string         `json:"delimiter"`
	Header    json.RawMessage `json:"header"`
	SkipLines *int            `json:"skipLines"`
	Comment   *string         `json:"comment"`
	Trim      *bool           `json:"trim"`
}

// given lists the keys that there are.
func (a csvArgs) given() []string {
	var keys []string
	add := func(key string, given bool) {
		if given {
			keys = append(keys, key)
		}
	}
	add("delimiter", a.Delimiter != nil)
	add("header", a.Header != nil)
	add("skipLines", a.SkipLines != nil)
	add("comment", a.Comment != nil)
	add("trim", a.Trim != nil)
	return keys
}

// refuse reports what makes no sense with another format.
func (a csvArgs) refuse(format string) error {
	var faults fault.List
	for _, key := range a.given() {
		faults.Add(fault.At(fault.Key(key)), "the format "+format+" has no "+key,
			"want \"format\": \"csv\", or no "+key)
	}
	return faults.Err()
}

func (a csvArgs) options() (csvOptions, error) {
	var o csvOptions
	var faults fault.List
	if a.Delimiter != nil && *a.Delimiter != delimiterAuto {
		o.parts = (*a.Delimiter)[0]
	}
	if a.Comment != nil {
		o.comment = (*a.Comment)[0]
	}
	if o.comment != 0 && o.comment == o.parts {
		faults.Add(fault.At(fault.Key("comment")), "the same as the delimiter", "want another character")
	}
	if a.SkipLines != nil {
		o.skipLines = *a.SkipLines
	}
	o.trim = a.Trim != nil && *a.Trim
	faults.Under(fault.At(fault.Key("header")), o.readHeader(a.Header))
	return o, faults.Err()
}

// readHeader reads a word or the columns' names.
func (o *csvOptions) readHeader(raw json.RawMessage) error {
	o.header = headerFirst
	if raw == nil {
		return nil
	}
	var names []string
	if json.Unmarshal(raw, &names) != nil {
		return json.Unmarshal(raw, &o.header)
	}
	if len(names) == 0 {
		return fault.Fault{Problem: "an empty array", Want: "want the names of the columns, or \"none\""}
	}
	var faults fault.List
	known := make(map[string]bool, len(names))
	for i, name := range names {
		place := fault.At(fault.Index(i))
		switch {
		case name != "" && known[name]:
			faults.Add(place, strconv.Quote(name)+" twice", "want each name once")
		case bytes.IndexByte([]byte(name), 0) >= 0:
			faults.Add(place, "a NUL in a name", "want none")
		}
		known[name] = true
		o.names = append(o.names, []byte(name))
	}
	return faults.Err()
}

// detect takes that delimiter which the first row holds most often outside quotes. Commas that
// stand between digits only, in a row that has another one, are decimal.
func (t *table) detect(row []byte) {
	counts, decimal := countDelimiters(row)
	if decimal {
		counts[0] = 0
	}
	best := 0
	for i, n := range counts {
		if n > counts[best] {
			best = i
		}
	}
	t.part(delimiters[best])
	if counts[best] > 0 {
		t.log.Info("the first row shows the delimiter", "delimiter", strconv.QuoteRune(rune(t.delimiter)))
	}
}

// countDelimiters counts each of them outside quotes; decimal says that every comma is between two
// digits, and that there is another delimiter.
func countDelimiters(row []byte) (counts [len(delimiters)]int, decimal bool) {
	quoted, others := false, false
	decimal = true
	for i, c := range row {
		quoted = quoted != (c == '"')
		at := bytes.IndexByte([]byte(delimiters), c)
		if quoted || at < 0 {
			continue
		}
		counts[at]++
		others = others || c != ','
		if c == ',' && (i == 0 || i == len(row)-1 || !isDigit(row[i-1]) || !isDigit(row[i+1])) {
			decimal = false
		}
	}
	return counts, decimal && others
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// warnOfOneColumn speaks up when a given delimiter turns a row into one field although it holds
// others.
func (t *table) warnOfOneColumn(row []byte) {
	if bytes.IndexByte(row, t.delimiter) >= 0 {
		return
	}
	counts, _ := countDelimiters(row)
	for i, n := range counts {
		if n > 0 {
			t.log.Warn("the first row is one column with this delimiter; want another one, or auto",
				"delimiter", string(t.delimiter), "found", string(delimiters[i]), "times", n)
		}
	}
}

package file_test

import (
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/millrace/millrace/module/moduletest"
	"github.com/millrace/millrace/modules/file"
)

// TestCSVOptions: each text with its arguments, and the properties of its rows.
func TestCSVOptions(t *testing.T) {
	for _, c := range []struct{ args, text, want string }{
		{``, "a;b\n1,5;x\n", "map[a:1,5 b:x]"},
		{``, "a\tb\n1\t\"x\ty\"\n", "map[a:1 b:x\ty]"},
		{``, "a|b\n1|x,y;z\n", "map[a:1 b:x,y;z]"},
		{``, "\"a;b\",\"c;d\"\n1,2\n", "map[a;b:1 c;d:2]"},
		{``, "a\nx;y\n", "map[a:x;y]"},
		{`"header":"none"`, "1,5;2,7;3,8\n", "map[column1:1,5 column2:2,7 column3:3,8]"},
		{`"header":"none"`, "1,5\n2,6\n", "map[column1:1 column2:5] map[column1:2 column2:6]"},
		{`"header":["x","","z"]`, "1,2,3\n4,5\n", "map[x:1 z:3] map[]"},
		{`"delimiter":"\t"`, "a\tb;c\n1\t2\n", "map[a:1 b;c:2]"},
		{`"delimiter":":"`, "a:b\n1:2\n", "map[a:1 b:2]"},
		{`"skipLines":2`, "an \"open\n\"quote, and\na,b\n1,2\n", "map[a:1 b:2]"},
		{`"skipLines":2`, "\n\na,b\n1,2\n", "map[a:1 b:2]"},
		{`"comment":"#"`, "# a, \"b\na,b\n#,\"c\n1,#2\n", "map[a:1 b:#2]"},
		{`"trim":true`, " a , b\n 1 ,\t\" x \" \n", "map[a:1 b: x ]"},
		{`"trim":true,"delimiter":"\t"`, "a\tb\tc\n 1 \t\t 3\n", "map[a:1 b: c:3]"},
		{`"trim":true`, "a,b\n1, \"x\ny\"\n", "map[a:1 b:x\ny]"},
		{``, "a, b\n1 , 2\n", "map[ b: 2 a:1 ]"},
	} {
		args := `"format":"csv"`
		if c.args != "" {
			args += "," + strings.ReplaceAll(c.args, "\t", `\t`)
		}
		for _, in := range []io.Reader{strings.NewReader(c.text), byByte(c.text)} {
			var got []string
			for _, m := range readWith(t, args, in).Collected() {
				got = append(got, fmt.Sprint(m.Properties))
			}
			if text := strings.Join(got, " "); text != c.want {
				t.Errorf("%s, %q:\n got %s\nwant %s", c.args, c.text, text, c.want)
			}
		}
	}
}

// TestCSVDelimiterIsSaid: what was detected, and what was probably not meant.
func TestCSVDelimiterIsSaid(t *testing.T) {
	for _, c := range []struct{ args, text, want string }{
		{`"delimiter":"auto"`, "a;b\n", `level=INFO msg="the first row shows the delimiter" module=subject delimiter=';'`},
		{`"delimiter":","`, "a;b;c\n", `level=WARN msg="the first row is one column`},
		{`"delimiter":","`, "a;b;c\n", `found=; times=2`},
	} {
		rig := readWith(t, `"format":"csv",`+c.args, strings.NewReader(c.text))
		if !strings.Contains(rig.Logged(), c.want) {
			t.Errorf("%s, %q: want %s in\n%s", c.args, c.text, c.want, rig.Logged())
		}
	}
}

func TestCSVArgsRefused(t *testing.T) {
	for args, want := range map[string]string{
		`{"path":"a.log","header":"none","trim":false}`: "header: the format lines has no header; want " +
			"\"format\": \"csv\", or no header\ntrim: the format lines has no trim; want \"format\": \"csv\", or no trim",
		`{"path":"a.csv","delimiter":"#","comment":"#"}`: "comment: the same as the delimiter; want another character",
		`{"path":"a.csv","header":[]}`:                   "header: an empty array; want the names of the columns, or \"none\"",
		`{"path":"a.csv","header":["a","","a",""]}`:      "header[2]: \"a\" twice; want each name once",
		`{"path":"a.csv","header":["\u0000"]}`:           "header[0]: a NUL in a name; want none",
		`{"path":"a.csv","header":"firs"}`:               "header: unknown value \"firs\"; did you mean \"first\"?",
		`{"path":"a.csv","header":["a",1]}`:              "header[1]: a number where a string belongs",
		`{"path":"a.csv","header":1}`:                    "header: a number where a string or array of strings belongs",
		`{"path":"a.csv","delimiter":";;"}`: "delimiter: \";;\" does not have the right form; want a text that " +
			"matches auto|[\\t -!#-~]",
	} {
		spec := file.Spec()
		err := spec.Check([]byte(args))
		if err == nil {
			err = spec.New().Configure([]byte(args))
		}
		if err == nil || err.Error() != want {
			t.Errorf("%s:\n got %v\nwant %s", args, err, want)
		}
	}
}

// TestFollowCSVWithoutHeader: a first row that names no columns is not the end of a followed file.
func TestFollowCSVWithoutHeader(t *testing.T) {
	f := follow(t, "app.csv", "0s")
	f.append("a,a\n1,2\n")
	f.expect("a,a", "1,2")
	f.AwaitLog("does not name the columns")
	f.must(os.WriteFile(f.path, []byte("a,b\n3,4\n"), 0o600))
	if got := f.Await(3)[2]; got.Properties["b"] != "4" {
		t.Errorf("%+v", got)
	}
}

// TestCSVOfASpreadsheet: a file that a spreadsheet of a country with decimal commas has written.
func TestCSVOfASpreadsheet(t *testing.T) {
	text := "\xef\xbb\xbfZeit;Wert;Ort\r\n12:00;21,5;\"Halle; Süd\"\r\n"
	rig := moduletest.Start(t, file.Spec(), `{"path":"-","format":"csv"}`,
		moduletest.Options{Stdin: strings.NewReader(text)})
	got := rig.Await(1)[0]
	if got.Properties["Wert"] != "21,5" || got.Properties["Ort"] != "Halle; Süd" || got.Properties["Zeit"] != "12:00" {
		t.Errorf("%+v", got)
	}
}

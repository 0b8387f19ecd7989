package file

import (
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/millrace/millrace/fault"
	"github.com/millrace/millrace/module"
)

const formatJSONL, formatCSV, formatLines = "jsonl", "csv", "lines"

const startBeginning, startEnd = "beginning", "end"

// stdin is the path that stands for the standard input.
const stdin = "-"

// rotateWait is how long a file that was rotated away is to be quiet, by default.
const rotateWait = 5 * time.Second

// Spec describes the module.
func Spec() module.Spec {
	return module.Spec{
		Name:    "file",
		Summary: "Publishes every line of a file or of the standard input as a message",
		Args:    slices.Concat(args(), csvSpec()),
		Writes: []module.Property{
			{Name: "*", Doc: "Each string, number and boolean at the top of a JSON line, numbers " +
				"as they are written; each column of a CSV row"},
		},
		Example: json.RawMessage(`{"path":"-","format":"jsonl"}`),
		New:     func() module.Module { return new(file) },
	}
}

func args() []module.Arg {
	return []module.Arg{
		{
			Name: "path", Type: module.String, Required: true, Pattern: `.+`,
			Doc: "The file to read; - is the standard input; without follow also a pattern with *, ? " +
				"or [a-z], whose files are read one after the other, the oldest first",
		},
		{
			Name: "format", Type: module.String,
			Enum: []string{formatJSONL, formatCSV, formatLines},
			Doc: "How a line becomes properties: the fields of a JSON object (jsonl), columns " +
				"named by the first row (csv), or none (lines); by default csv for .csv, lines " +
				"for .txt and .log, jsonl for all else",
		},
		{
			Name: "encoding", Type: module.String, Default: `"auto"`,
			Enum: []string{encodingAuto, encodingUTF8, encodingUTF16LE, encodingUTF16BE},
			Doc: "Of the text; UTF-16 is converted to UTF-8, and known by its byte order mark " +
				"unless it is named",
		},
		{
			Name: "follow", Type: module.Bool, Default: "false",
			Doc: "Whether to wait for more at the end, and for the file itself, through " +
				"rotation and truncation",
		},
		{
			Name: "rotateWait", Type: module.Duration, Default: `"5s"`,
			Min: new(0.0), Max: new(float64(time.Hour / time.Millisecond)),
			Doc: "With follow, how long a file that was renamed or removed must be quiet " +
				"before it is given up: its writer may go on with it for a while",
		},
		{
			Name: "state", Type: module.String, Pattern: `.+`, Exclusive: true,
			Doc: "With follow, the file in which it is kept which lines are done with downstream, so that a " +
				"restart goes on there; without it every start begins anew",
		},
		{
			Name: "start", Type: module.String, Enum: []string{startBeginning, startEnd}, Default: `"beginning"`,
			Doc: "With follow, where to begin with the file that is there at the start, if the state " +
				"does not know it",
		},
	}
}

// csvSpec describes the arguments of csvArgs.
func csvSpec() []module.Arg {
	return []module.Arg{
		{
			Name: "delimiter", Type: module.String, Default: `"auto"`, Pattern: `auto|[\t -!#-~]`,
			Doc: "What parts the fields of a CSV row, one character; auto: the one of , ; tab and | that " +
				"the first row shows, which the log names",
		},
		{
			Name: "header", Type: module.Choice, Default: `"first"`, Enum: []string{headerFirst, headerNone},
			Doc: "What names the columns of a CSV file: its first row (first), an array of names, or " +
				"their number, as in column1 (none); a column whose name is empty is left out",
		},
		{
			Name: "skipLines", Type: module.Int, Min: new(0.0), Max: new(1e6), Default: "0",
			Doc: "How many lines at the beginning of a CSV file are skipped",
		},
		{
			Name: "comment", Type: module.String, Pattern: `[!#-~]`,
			Doc: "The character that lines of a CSV file begin with which are skipped",
		},
		{
			Name: "trim", Type: module.Bool, Default: "false",
			Doc: "Whether blanks around the fields of a CSV row are left out",
		},
	}
}

func (f *file) Configure(raw json.RawMessage) error {
	var args struct {
		Path       string       `json:"path"`
		Format     string       `json:"format"`
		Encoding   string       `json:"encoding"`
		Follow     bool         `json:"follow"`
		RotateWait *module.Span `json:"rotateWait"`
		State      string       `json:"state"`
		Start      string       `json:"start"`
		csvArgs
	}
	if err := module.Decode(raw, &args); err != nil {
		return err
	}
	f.path, f.follow = args.Path, args.Follow
	f.layout = layout{format: args.Format, encoding: args.Encoding}
	if f.layout.format == "" {
		f.layout.format = formatOf(f.path)
	}
	var faults fault.List
	faults.Under(nil, f.waitFor(args.RotateWait))
	f.state, f.atEnd = args.State, args.Start == startEnd
	for key, given := range map[string]bool{"state": args.State != "", "start": args.Start != ""} {
		if given && !f.follow {
			faults.Add(fault.At(fault.Key(key)), "a file that is not followed is read from its start, once",
				"want \"follow\": true, or no "+key)
		}
	}
	faults.Under(nil, f.configureCSV(args.csvArgs))
	return faults.Err()
}

// waitFor takes the arguments that have to do with following.
func (f *file) waitFor(wait *module.Span) error {
	f.wait = rotateWait
	switch {
	case f.follow && f.path == stdin:
		return fault.Fault{
			Path:    fault.At(fault.Key("follow")),
			Problem: "the standard input cannot be followed",
			Want:    "want a path: the standard input is read to its end anyway",
		}
	case wait != nil && !f.follow:
		return fault.Fault{
			Path:    fault.At(fault.Key("rotateWait")),
			Problem: "a file that is not followed is not waited for",
			Want:    "want \"follow\": true, or no rotateWait",
		}
	case wait != nil:
		f.wait = wait.Duration()
	}
	return nil
}

func (f *file) configureCSV(args csvArgs) (err error) {
	if f.layout.format != formatCSV {
		return args.refuse(f.layout.format)
	}
	f.layout.csv, err = args.options()
	f.layout.csv.lasting = f.follow
	return err
}

// formatOf looks at the endings of a path from the last one on, through those that compression and
// rotation add: metrics.csv.gz, app.log.2, app.log-20261130, *.csv.
func formatOf(path string) string {
	parts := strings.Split(strings.ToLower(filepath.Base(path)), ".")
	for _, part := range slices.Backward(parts[1:]) {
		switch part = strings.TrimRight(part, "*?-0123456789"); part {
		case "csv":
			return formatCSV
		case "txt", "log":
			return formatLines
		case "", "gz":
		default:
			return formatJSONL
		}
	}
	return formatJSONL
}

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

// stdin is the path that stands for the standard input.
const stdin = "-"

// rotateWait is how long a file that was rotated away is to be quiet, by default.
const rotateWait = 5 * time.Second

// Spec describes the module.
func Spec() module.Spec {
	return module.Spec{
		Name:    "file",
		Summary: "Publishes every line of a file or of the standard input as a message",
		Args: []module.Arg{
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
		},
		Writes: []module.Property{
			{Name: "*", Doc: "Each string, number and boolean at the top of a JSON line, numbers " +
				"as they are written; each column of a CSV row"},
		},
		Example: json.RawMessage(`{"path":"-","format":"jsonl"}`),
		New:     func() module.Module { return new(file) },
	}
}

func (f *file) Configure(raw json.RawMessage) error {
	var args struct {
		Path   string `json:"path"`
		Format string `json:"format"`
		Follow bool   `json:"follow"`

		Encoding string `json:"encoding"`

		RotateWait *module.Span `json:"rotateWait"`
	}
	if err := module.Decode(raw, &args); err != nil {
		return err
	}
	if args.Follow && args.Path == stdin {
		return fault.Fault{
			Path:    fault.At(fault.Key("follow")),
			Problem: "the standard input cannot be followed",
			Want:    "want a path: the standard input is read to its end anyway",
		}
	}
	if args.RotateWait != nil && !args.Follow {
		return fault.Fault{
			Path:    fault.At(fault.Key("rotateWait")),
			Problem: "a file that is not followed is not waited for",
			Want:    "want \"follow\": true, or no rotateWait",
		}
	}
	f.wait = rotateWait
	if args.RotateWait != nil {
		f.wait = args.RotateWait.Duration()
	}
	if args.Format == "" {
		args.Format = formatOf(args.Path)
	}
	f.path, f.follow = args.Path, args.Follow
	f.layout = layout{format: args.Format, encoding: args.Encoding}
	return nil
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

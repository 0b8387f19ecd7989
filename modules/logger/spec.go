package logger

import (
	"encoding/json"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/millrace/millrace/fault"
	"github.com/millrace/millrace/module"
	"github.com/valyala/bytebufferpool"
)

const formatV1, formatLines = "v1", "jsonl"

const contentAuto, contentText, contentBase64, contentJSON = "auto", "text", "base64", "json"

const sizePattern = `[1-9][0-9]{0,9} ?([kMG]B|[KMG]iB)`

// Spec describes the module.
func Spec() module.Spec {
	return module.Spec{
		Name:    "logger",
		Summary: "Appends every message to a file",
		Args: []module.Arg{
			{
				Name: "filename", Type: module.String, Required: true, Pattern: `.+`, Exclusive: true,
				Doc: "The file to append to, made when it is missing, with mode 0640; its folder must exist",
			},
			{
				Name: "format", Type: module.String, Enum: []string{formatV1, formatLines},
				Default: `"v1"`,
				Doc:     "One JSON array with base64 contents (v1), or one JSON object a line (jsonl)",
			},
			{
				Name: "content", Type: module.String, Default: `"auto"`,
				Enum: []string{contentAuto, contentText, contentBase64, contentJSON},
				Doc: "With jsonl, how a content is written: an object or an array as such, all else as " +
					"text (auto); any JSON as such (json); as text (text); what is not, and everything " +
					"if wanted (base64), as contentBase64",
			},
			{
				Name: "maxSize", Type: module.String, Pattern: sizePattern,
				Doc: "The size from which on the file is moved away and another one begun, such as " +
					"64MiB; without it the file grows",
			},
			{
				Name: "keep", Type: module.Int, Min: new(0.0), Max: new(1e6), Default: "0",
				Doc: "With maxSize, how many of the files that were moved away are kept; 0: all",
			},
			{
				Name: "maxAge", Type: module.Duration, Min: new(float64(day / time.Millisecond)),
				Doc: "With maxSize, how long files that were moved away are kept, in whole days; " +
					"without it, for ever",
			},
			{
				Name: "gzip", Type: module.Bool, Default: "false",
				Doc: "With maxSize, whether files that were moved away are compressed",
			},
		},
		Reads:   []module.Property{{Name: "*", Doc: "Every property is logged"}},
		Example: json.RawMessage(`{"filename":"log.txt"}`),
		New:     func() module.Module { return &logger{scratch: new(bytebufferpool.Pool)} },
	}
}

const day = 24 * time.Hour

// options are the arguments, as the module needs them.
type options struct {
	filename, format, content string

	maxSize int64 // in bytes; 0: none
	keep    int   // files; 0: all
	maxDays int   // 0: for ever
	gzip    bool
}

// arguments are those that make sense beside another one only.
type arguments struct {
	Filename string       `json:"filename"`
	Format   string       `json:"format"`
	Content  *string      `json:"content"`
	MaxSize  string       `json:"maxSize"`
	Keep     *int         `json:"keep"`
	MaxAge   *module.Span `json:"maxAge"`
	Gzip     *bool        `json:"gzip"`
}

func (l *logger) Configure(raw json.RawMessage) error {
	args := arguments{Format: formatV1}
	if err := module.Decode(raw, &args); err != nil {
		return err
	}
	if err := args.check(); err != nil {
		return err
	}
	l.options = options{filename: args.Filename, format: args.Format, content: contentAuto}
	if args.Content != nil {
		l.content = *args.Content
	}
	if args.MaxSize != "" {
		size, err := humanize.ParseBytes(args.MaxSize)
		if err != nil || size < minSize {
			return fault.Fault{
				Path: fault.At(fault.Key("maxSize")), Problem: args.MaxSize + " is too small",
				Want: "want 4KiB or more",
			}
		}
		l.maxSize = int64(size)
	}
	l.retain(args)
	return nil
}

// minSize bounds maxSize below, so that a typing error does not make a million files.
const minSize = 4 << 10

// retain takes what becomes of files that were moved away.
func (l *logger) retain(args arguments) {
	if args.Keep != nil {
		l.keep = *args.Keep
	}
	if args.MaxAge != nil {
		l.maxDays = int((args.MaxAge.Duration() + day - 1) / day)
	}
	l.gzip = args.Gzip != nil && *args.Gzip
}

// check reports arguments that would mean nothing.
func (a arguments) check() error {
	var faults fault.List
	alone := func(key string, given bool, lacks, want string) {
		if given {
			faults.Add(fault.At(fault.Key(key)), key+" without "+lacks, "want "+want+", or no "+key)
		}
	}
	const lines, size = `"format": "jsonl"`, `"maxSize": "64MiB"`
	alone("content", a.Content != nil && a.Format != formatLines, "the format jsonl", lines)
	alone("keep", a.Keep != nil && a.MaxSize == "", "maxSize", size)
	alone("maxAge", a.MaxAge != nil && a.MaxSize == "", "maxSize", size)
	alone("gzip", a.Gzip != nil && a.MaxSize == "", "maxSize", size)
	return faults.Err()
}

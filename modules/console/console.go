// Package console prints every message it receives to the standard output.
//
// No control character of a message reaches a terminal, nor one that turns the direction of text. The
// content format is meant for pipes: it writes contents as they are, but on a terminal, where such
// characters are made visible: \x1b, \u202e.
package console

import (
	"context"
	"encoding/json"
	"io"
	"time"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/fault"
	"github.com/millrace/millrace/message"
	"github.com/millrace/millrace/module"
	"github.com/millrace/millrace/modules/internal/record"
	"github.com/valyala/bytebufferpool"
)

// Spec describes the module.
func Spec() module.Spec {
	return module.Spec{
		Name:    "console",
		Summary: "Prints every message to the standard output",
		Args: []module.Arg{
			{
				Name: "format", Type: module.String, Default: `"text"`,
				Enum: []string{formatText, formatJSON, formatContent},
				Doc: "A readable line (text), one JSON object a line (json), " +
					"or the content's bytes and a line feed (content); on a terminal what cannot be " +
					"printed is made visible",
			},
			{
				Name: "show", Type: module.String, Default: `"all"`,
				Enum: []string{showAll, showProperties, showContent},
				Doc:  "Which part of a message text shows beside the time",
			},
			{
				Name: "color", Type: module.String, Default: `"auto"`,
				Enum: []string{colorAuto, colorAlways, colorNever},
				Doc: "Whether text has colours; auto: on a terminal, unless the variable NO_COLOR " +
					"is set",
			},
		},
		Reads:   []module.Property{{Name: "*", Doc: "Every property is printed"}},
		Example: json.RawMessage(`{"format":"text"}`),
		New:     func() module.Module { return &console{scratch: new(bytebufferpool.Pool)} },
	}
}

const (
	formatText, formatJSON, formatContent = "text", "json", "content"
	showAll, showProperties, showContent  = "all", "properties", "content"
	colorAuto, colorAlways, colorNever    = "auto", "always", "never"
)

// writeLimit is the size in bytes from which on a batch is written in several parts.
const writeLimit = 64 << 10

type console struct {
	format, show, color string

	stdout io.Writer
	encode func(dst []byte, at time.Time, m message.Message) []byte

	ends []int // of the messages in a buffer; the handler's

	// A pool of the module's own, so that buffers keep the size of its batches; allocated by itself
	// because its counters must be aligned to 64 bits.
	scratch *bytebufferpool.Pool
}

func (c *console) Configure(raw json.RawMessage) error {
	args := struct {
		Format string `json:"format"`
		Show   string `json:"show"`
		Color  string `json:"color"`
	}{formatText, showAll, colorAuto}
	if err := module.Decode(raw, &args); err != nil {
		return err
	}
	if args.Format != formatText && args.Show != showAll {
		return fault.Fault{
			Path:    fault.At(fault.Key("show")),
			Problem: "format " + args.Format + " always shows the same",
			Want:    "want format text, or no show",
		}
	}
	c.format, c.show, c.color = args.Format, args.Show, args.Color
	return nil
}

func (c *console) Open(_ context.Context, host module.Host) error {
	c.stdout = host.Stdout()
	switch c.format {
	case formatJSON:
		c.encode = appendJSON
	case formatContent:
		c.encode = appendContent
		if isTerminal(c.stdout) {
			c.encode = appendVisibleContent
		}
	default:
		text := text{newPalette(c.color, c.stdout), c.show != showContent, c.show != showProperties}
		c.encode = text.append
	}
	return nil
}

// ReceiveBatch writes whole lines only, so that several consoles do not cut into each other's. What a
// write has not taken whole has failed.
func (c *console) ReceiveBatch(
	_ context.Context, _ *engine.Publisher, batch []message.Message,
) error {
	scratch := c.scratch.Get()
	defer c.scratch.Put(scratch)
	now := time.Now()
	c.ends = c.ends[:0]
	for i, m := range batch {
		scratch.B = c.encode(scratch.B, now, m)
		c.ends = append(c.ends, scratch.Len())
		if scratch.Len() < writeLimit && i < len(batch)-1 {
			continue
		}
		if n, err := c.stdout.Write(scratch.B); err != nil {
			return record.Unwritten(batch[i+1-len(c.ends):], c.ends, n, err)
		}
		scratch.Reset()
		c.ends = c.ends[:0]
	}
	return nil
}

func appendJSON(dst []byte, at time.Time, m message.Message) []byte {
	return append(record.Append(dst, at, m), '\n')
}

func appendContent(dst []byte, _ time.Time, m message.Message) []byte {
	return append(append(dst, m.Content()...), '\n')
}

func appendVisibleContent(dst []byte, _ time.Time, m message.Message) []byte {
	return append(appendVisible(dst, m.Content()), '\n')
}

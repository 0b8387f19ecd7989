package logger

import (
	"encoding/json"
	"testing"
)

func TestRetention(t *testing.T) {
	for args, want := range map[string]options{
		`"maxSize":"1MiB"`:                                   {maxSize: 1 << 20},
		`"maxSize":"5 kB","keep":3,"gzip":true`:              {maxSize: 5000, keep: 3, gzip: true},
		`"maxSize":"1GiB","maxAge":"24h"`:                    {maxSize: 1 << 30, maxDays: 1},
		`"maxSize":"4KiB","maxAge":"24h1ms","keep":0`:        {maxSize: 4096, maxDays: 2},
		`"maxSize":"4KiB","maxAge":"48h","gzip":false`:       {maxSize: 4096, maxDays: 2},
		`"format":"jsonl","content":"json","maxSize":"4KiB"`: {maxSize: 4096, format: formatLines, content: contentJSON},
	} {
		want.filename = "x"
		if want.format == "" {
			want.format, want.content = formatV1, contentAuto
		}
		var l logger
		if err := l.Configure(json.RawMessage(`{"filename":"x",` + args + `}`)); err != nil || l.options != want {
			t.Errorf("%s: %+v, %v; want %+v", args, l.options, err, want)
		}
	}
}

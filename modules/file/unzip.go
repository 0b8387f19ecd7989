package file

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
)

var gzipMagic = []byte{0x1f, 0x8b}

// unzipped is a source that is decompressed if it begins as gzip does.
type unzipped struct {
	source
	log  *slog.Logger
	name string

	begun bool
	raw   pulled
	text  *gzip.Reader // nil: it is not compressed
}

func (u *unzipped) read(ctx context.Context, into []byte) (int, error) {
	if !u.begun {
		return u.begin(ctx, into)
	}
	if u.text == nil {
		return u.source.read(ctx, into)
	}
	u.raw.ctx = ctx
	n, err := u.text.Read(into)
	if err == nil || errors.Is(err, io.EOF) || ctx.Err() != nil {
		return n, err
	}
	return n, fmt.Errorf("%s: the gzip data is damaged or cut off: %w", u.name, err)
}

// begin reads as much as it takes to tell, and not more than one piece where it is plain.
func (u *unzipped) begin(ctx context.Context, into []byte) (n int, err error) {
	for err == nil && n < len(gzipMagic) && bytes.HasPrefix(gzipMagic, into[:n]) {
		var more int
		more, err = u.source.read(ctx, into[n:])
		n += more
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return n, err
	}
	u.begun = true
	if !bytes.HasPrefix(into[:n], gzipMagic) {
		return n, err
	}
	u.raw = pulled{ctx, u.source}
	u.log.Info("decompressing gzip data", "file", u.name)
	u.text, err = gzip.NewReader(io.MultiReader(bytes.NewReader(bytes.Clone(into[:n])), &u.raw))
	if err != nil && ctx.Err() == nil {
		err = fmt.Errorf("%s: the gzip data is damaged or cut off: %w", u.name, err)
	}
	return 0, err
}

// pulled is a source as an io.Reader. Its context is that of the read during which it is used.
type pulled struct {
	ctx context.Context
	source
}

func (p *pulled) Read(into []byte) (int, error) { return p.read(p.ctx, into) }

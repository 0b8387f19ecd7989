package redact

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
)

// Handler returns a handler of log records that takes secrets out of what it hands to h.
func (r *Redactor) Handler(h slog.Handler) slog.Handler { return &handler{h, r} }

type handler struct {
	next slog.Handler
	r    *Redactor
}

// Enabled implements slog.Handler.
func (h *handler) Enabled(ctx context.Context, level slog.Level) bool {
	return h.next.Enabled(ctx, level)
}

// Handle implements slog.Handler.
func (h *handler) Handle(ctx context.Context, record slog.Record) error {
	if h.r.ready() == nil {
		return h.next.Handle(ctx, record)
	}
	clean := slog.NewRecord(record.Time, record.Level, h.r.Text(record.Message), record.PC)
	record.Attrs(func(a slog.Attr) bool {
		clean.AddAttrs(h.r.attr(a))
		return true
	})
	return h.next.Handle(ctx, clean)
}

// WithAttrs implements slog.Handler.
func (h *handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return &handler{h.next.WithAttrs(h.r.attrs(attrs)), h.r}
}

// WithGroup implements slog.Handler.
func (h *handler) WithGroup(name string) slog.Handler {
	return &handler{h.next.WithGroup(name), h.r}
}

func (r *Redactor) attrs(attrs []slog.Attr) []slog.Attr {
	clean := make([]slog.Attr, len(attrs))
	for i, a := range attrs {
		clean[i] = r.attr(a)
	}
	return clean
}

func (r *Redactor) attr(a slog.Attr) slog.Attr {
	return slog.Attr{Key: r.Text(a.Key), Value: r.value(a.Value.Resolve())}
}

// value leaves numbers and times as they are. Of anything else it keeps the value where neither its
// text nor its JSON shows a secret.
func (r *Redactor) value(v slog.Value) slog.Value {
	switch v.Kind() {
	case slog.KindString:
		return slog.StringValue(r.Text(v.String()))
	case slog.KindGroup:
		return slog.GroupValue(r.attrs(v.Group())...)
	case slog.KindAny:
		return r.anything(v)
	}
	return v
}

func (r *Redactor) anything(v slog.Value) slog.Value {
	if err, ok := v.Any().(error); ok {
		return slog.AnyValue(r.Error(err))
	}
	text := fmt.Sprintf("%+v", v.Any())
	shown := r.Text(text)
	if asJSON, err := json.Marshal(v.Any()); shown == text && (err != nil || r.Text(string(asJSON)) == string(asJSON)) {
		return v
	}
	return slog.StringValue(shown)
}

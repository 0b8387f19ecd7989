package typed_test

import (
	"context"
	"errors"
	"reflect"
	"testing"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/message"
	"github.com/millrace/millrace/typed"
)

// FuzzRead: whatever a message says, it is read or refused; and what was read is, written and read
// again, the same.
func FuzzRead(f *testing.F) {
	f.Add("1", "2", "0.1", "0.1", "true", "2026-03-01T12:00:00Z", "0.5", "::1", []byte("[1]"))
	f.Add("-128", "255", "-1e300", "1e-45", "0", "9999-12-31T23:59:59.999999999Z", "-9223372036.854775808", "", []byte("null"))
	f.Add("+1", "0x1", "0x1p-2", "Inf", "T", "2026-03-01T24:00:00+23:59", "5.", "1.2.3.4%eth0", []byte("{"))
	e := engine.New(engine.Options{})
	source, err := e.Attach("source", nil, engine.ModuleOptions{})
	if err != nil {
		f.Fatal(err)
	}
	reader, writer, out := need(typed.NewReader[strict](e))(f), need(typed.NewWriter[strict](e))(f), need(source.Publisher())(f)
	f.Fuzz(func(t *testing.T, n, u, float, float32, truth, at, lasted, addr string, content []byte) {
		m, err := message.New(map[string]string{
			"int": n, "uint": u, "float": float, "float32": float32, "bool": truth, "time": at, "duration": lasted,
			"addr": addr, "zero": n, "pointer": u,
		}, content)
		if err != nil {
			t.Skip(err)
		}
		v, err := reader.Read(m)
		if err != nil {
			if !errors.Is(err, typed.ErrMessage) {
				t.Fatal(err)
			}
			return
		}
		d := need(writer.Claim(context.Background(), out, v))(t)
		defer d.Abort()
		again, err := reader.Read(copied(t, d))
		if v.Float != v.Float { // no number is the same as another
			v.Float, again.Float = 0, 0
		}
		if v.Float32 != v.Float32 {
			v.Float32, again.Float32 = 0, 0
		}
		v.Time, again.Time = v.Time.UTC(), again.Time.UTC()
		if err != nil || !reflect.DeepEqual(v, again) {
			t.Errorf("%+v became %+v, %v", v, again, err)
		}
	})
}

// copied makes a message of a draft.
func copied(t *testing.T, d message.Draft) message.Message {
	properties := map[string]string{}
	for key, value := range d.Properties().All() {
		properties[string(key)] = string(value)
	}
	return need(message.New(properties, d.Content()))(t)
}

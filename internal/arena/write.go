package arena

import (
	"strconv"
	"time"

	"github.com/millrace/millrace/internal/layout"
)

// Set adds a property, or replaces it. The strings are copied.
func (d Draft) Set(key, value string) {
	b := d.writable()
	if k := b.home.key(key); k.ID() != 0 {
		d.SetKey(k, value)
	} else {
		b.put(0, key, value)
	}
}

// SetBytes is Set for a key and a value in bytes, which are copied.
func (d Draft) SetBytes(key, value []byte) { d.Set(layout.Text(key), layout.Text(value)) }

// SetKey is Set for a key interned by the engine that the draft was claimed from.
func (d Draft) SetKey(key layout.Key, value string) {
	b := d.writable()
	at := b.Begin(key, len(value))
	if at == 0 || !b.Fill(at, value) {
		b.putKey(key, value)
		return
	}
	if b.Enter(key.Narrow(), at, at+len(value)) {
		b.ReplaceOlder()
	}
}

// SetKeyBytes is SetKey for a value in bytes, which are copied.
func (d Draft) SetKeyBytes(key layout.Key, value []byte) { d.SetKey(key, layout.Text(value)) }

// SetInt is SetKey for a whole number.
func (d Draft) SetInt(key layout.Key, n int64) {
	if b := d.writable(); !b.SetInt(key, n) {
		b.putKey(key, strconv.FormatInt(n, 10))
	}
}

// SetUint is SetKey for a whole number without sign.
func (d Draft) SetUint(key layout.Key, n uint64) {
	if b := d.writable(); !b.SetUint(key, n) {
		b.putKey(key, strconv.FormatUint(n, 10))
	}
}

// SetFloat is SetKey for a number in its shortest form.
func (d Draft) SetFloat(key layout.Key, f float64) {
	if b := d.writable(); !b.SetFloat(key, f) {
		b.putKey(key, layout.Text(layout.AppendFloat(nil, f)))
	}
}

// SetFixed is SetKey for a number with that many decimals.
func (d Draft) SetFixed(key layout.Key, f float64, decimals int) {
	if b := d.writable(); !b.SetFixed(key, f, decimals) {
		b.putKey(key, strconv.FormatFloat(f, 'f', max(0, decimals), 64))
	}
}

// SetBool is SetKey for a truth.
func (d Draft) SetBool(key layout.Key, value bool) { d.SetKey(key, strconv.FormatBool(value)) }

// SetTime is SetKey for a moment.
func (d Draft) SetTime(key layout.Key, t time.Time) {
	if b := d.writable(); !b.SetTime(key, t) {
		b.putKey(key, layout.Text(layout.AppendTime(nil, t)))
	}
}

// putKey is what remains of SetKey when it cannot be done at once.
func (b *block) putKey(key layout.Key, value string) {
	if err := b.Check(key); err != nil {
		b.note(err)
		return
	}
	b.put(key.ID(), key.Name(), value)
}

// put adds a property or replaces it, getting room for it if need be, or notes why it cannot.
func (b *block) put(id layout.ID, name, value string) {
	for b.Err() == nil && !b.Put(id, name, value) {
		more, err := b.Lack(id, name, value)
		if err == nil && more > 0 {
			err = b.room(more, name)
		}
		b.note(err)
	}
}

// note notes a mistake, if it is one.
func (b *block) note(err error) {
	if err != nil {
		b.Fail(err)
	}
}

package layout

import (
	"math"
	"strconv"
	"time"
)

// How many bytes a value of each kind has at most; SetInt and the others need that much room.
const (
	maxInt   = 20 // -9223372036854775808
	maxFloat = 32 // -0.0000012345678901234567
	maxTime  = 40 // 2006-01-02T15:04:05.999999999Z, and years that have more digits
)

// finish enters a value that was formatted in place and ends there. It holds no NUL.
func (r *Record) finish(key Key, at, end int) bool {
	if r.Enter(key.Narrow(), at, end) {
		r.ReplaceOlder()
	}
	return true
}

// SetInt sets a property at once to a whole number.
func (r *Record) SetInt(key Key, n int64) bool {
	at := r.Begin(key, maxInt)
	return at > 0 && r.finish(key, at, at+len(strconv.AppendInt(r.buf[at:at], n, 10)))
}

// SetUint sets a property at once to a whole number without sign.
func (r *Record) SetUint(key Key, n uint64) bool {
	at := r.Begin(key, maxInt)
	return at > 0 && r.finish(key, at, at+len(strconv.AppendUint(r.buf[at:at], n, 10)))
}

// SetFloat sets a property at once to a number in the form of AppendFloat.
func (r *Record) SetFloat(key Key, f float64) bool {
	at := r.Begin(key, maxFloat)
	return at > 0 && r.finish(key, at, at+len(AppendFloat(r.buf[at:at], f)))
}

// SetTime sets a property at once to a moment in the form of AppendTime.
func (r *Record) SetTime(key Key, t time.Time) bool {
	at := r.Begin(key, maxTime)
	return at > 0 && r.finish(key, at, at+len(AppendTime(r.buf[at:at], t)))
}

// AppendFloat appends a number in as few digits as tell it from every other, with an exponent where it
// is below 1e-6 or from 1e21 on, as JSON's writers have it.
func AppendFloat(b []byte, f float64) []byte {
	if size := math.Abs(f); size != 0 && (size < 1e-6 || size >= 1e21) {
		return strconv.AppendFloat(b, f, 'e', -1, 64)
	}
	return strconv.AppendFloat(b, f, 'f', -1, 64)
}

// AppendTime appends a moment as RFC 3339 has it, in UTC, to the nanosecond if it must be.
func AppendTime(b []byte, t time.Time) []byte { return t.UTC().AppendFormat(b, time.RFC3339Nano) }

// maxFixed is how many decimals, and digits before them, SetFixed writes in place.
const maxFixed = 15

// SetFixed sets a property at once to a number with that many decimals.
func (r *Record) SetFixed(key Key, f float64, decimals int) bool {
	if decimals < 0 || decimals > maxFixed || math.Abs(f) >= 1e15 {
		return false
	}
	at := r.Begin(key, maxFloat)
	return at > 0 && r.finish(key, at, at+len(strconv.AppendFloat(r.buf[at:at], f, 'f', decimals, 64)))
}

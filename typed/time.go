package typed

import (
	"bytes"
	"math"
	"strconv"
	"time"

	"github.com/millrace/millrace/message"
	"github.com/millrace/millrace/property"
)

type timeColumn struct{ cell[time.Time] }

func newTime(at place, p *time.Time, _ tag) column {
	return &timeColumn{cell[time.Time]{place: at, p: p}}
}

func (c *timeColumn) zero() bool { return c.p.IsZero() }

func (c *timeColumn) write(d message.Draft) error {
	d.SetTime(c.key, *c.p)
	return nil
}

func (c *timeColumn) read(v property.View) error {
	value, ok := v.Time(c.key)
	if *c.p = value; !ok {
		return c.refused(v, "a moment such as 2026-03-01T12:00:00.25Z")
	}
	return nil
}

type durationColumn struct {
	cell[time.Duration]
	text [24]byte
}

func newDuration(at place, p *time.Duration, _ tag) column {
	return &durationColumn{cell: cell[time.Duration]{place: at, p: p}}
}

func (c *durationColumn) write(d message.Draft) error {
	d.SetKeyBytes(c.key, appendSeconds(c.text[:0], *c.p))
	return nil
}

func (c *durationColumn) read(v property.View) error {
	value, _ := v.Find(c.key)
	d, ok := parseSeconds(value)
	if *c.p = d; !ok {
		return c.refused(v, "seconds such as 0.25")
	}
	return nil
}

// appendSeconds appends all of a duration as seconds, which a float64 would round after 104 days.
func appendSeconds(b []byte, d time.Duration) []byte {
	n := uint64(d)
	if d < 0 {
		b, n = append(b, '-'), -n
	}
	b = strconv.AppendUint(b, n/1e9, 10)
	if n %= 1e9; n == 0 {
		return b
	}
	at := len(b)
	b = strconv.AppendUint(b, 1e9+n, 10)
	b[at] = '.'
	return bytes.TrimRight(b, "0")
}

// parseSeconds reads a decimal number of seconds; what is less than a nanosecond is left out.
func parseSeconds(b []byte) (time.Duration, bool) {
	text, negative := bytes.CutPrefix(b, []byte("-"))
	whole, part, _ := bytes.Cut(text, []byte("."))
	seconds, ok := digits(whole, len(whole))
	nanos, fine := digits(part, 9)
	if !ok || !fine || len(whole) == 0 || seconds > math.MaxInt64/uint64(time.Second) {
		return 0, false
	}
	n := seconds*1e9 + nanos
	if negative {
		return time.Duration(-n), n <= 1<<63
	}
	return time.Duration(n), n <= math.MaxInt64
}

// digits reads that many decimal digits, zeros behind those that are there.
func digits(b []byte, count int) (n uint64, ok bool) {
	for i := range max(count, len(b)) {
		digit := byte('0')
		if i < len(b) {
			digit = b[i]
		}
		if digit < '0' || digit > '9' || n > math.MaxInt64/10 {
			return 0, false
		}
		if i < count {
			n = n*10 + uint64(digit-'0')
		}
	}
	return n, true
}

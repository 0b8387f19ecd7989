package simulator

import (
	"strconv"
	"time"
)

// number is a whole number in decimal that counts up in place, which is cheaper than formatting
// one for each message.
type number struct {
	digits [20]byte // as many as 64 bits have
	first  int
}

func newNumber() number {
	n := number{first: len(number{}.digits) - 1}
	n.digits[n.first] = '0'
	return n
}

func (n *number) text() []byte { return n.digits[n.first:] }

func (n *number) increment() {
	for i := len(n.digits) - 1; ; i-- {
		switch {
		case i < n.first:
			n.first, n.digits[i] = i, '1'
			return
		case n.digits[i] < '9':
			n.digits[i]++
			return
		}
		n.digits[i] = '0'
	}
}

// clock is the time of day at which it was made, and goes on by the monotonic clock.
type clock struct {
	start  time.Time
	offset int64 // of start, in nanoseconds since 1970

	// The latest time as text: whole seconds change rarely, so only what is behind them is
	// formatted anew each time.
	digits []byte
	second int64
}

func newClock() clock {
	now := time.Now()
	return clock{start: now, offset: now.UnixNano(), second: -1}
}

const perSecond = int64(time.Second / time.Microsecond)

// text reads the clock: microseconds since 1970 in decimal, valid until the next call.
func (c *clock) text() []byte {
	return c.format((c.offset + int64(time.Since(c.start))) / int64(time.Microsecond))
}

func (c *clock) format(microseconds int64) []byte {
	if second := microseconds / perSecond; second != c.second {
		c.second = second
		c.digits = strconv.AppendInt(c.digits[:0], second, 10)
		c.digits = append(c.digits, "000000"...)
	}
	rest := uint32(microseconds - c.second*perSecond)
	for i := len(c.digits) - 1; i >= len(c.digits)-6; i-- {
		c.digits[i] = byte('0' + rest%10)
		rest /= 10
	}
	return c.digits
}

package main

import (
	"strconv"

	"github.com/millrace/millrace/bench/yardstick"
)

// copied is a message that owns all that it holds, as ours do and as a program with real input needs
// it, where texts come out of a buffer that is used again: one object without a pointer in it.
type copied struct {
	ends    [10]uint16 // of the texts: key, value, key, value, and so on
	text    [128]byte
	content [contentSize]byte
}

func (c *copied) write(j job, i int) {
	if j.telemetry {
		at := c.copyTexts(telemetry[:telemetryConstant])
		at = c.key(3, at, yardstick.SequenceKey)
		at = c.number(3, at, len(strconv.AppendInt(c.text[at:at], int64(i), 10)))
		at = c.key(4, at, yardstick.ReadingKey)
		c.number(4, at, len(yardstick.AppendReading(c.text[at:at], uint64(i))))
	} else {
		c.copyTexts(properties[:])
	}
	copy(c.content[:], content)
}

func (c *copied) copyTexts(texts [][2]string) (at int) {
	for i := range texts {
		at = c.key(i, at, texts[i][0])
		at += copy(c.text[at:], texts[i][1])
		c.ends[2*i+1] = uint16(at)
	}
	return at
}

func (c *copied) key(i, at int, key string) int {
	at += copy(c.text[at:], key)
	c.ends[2*i] = uint16(at)
	return at
}

// number ends the i-th value, of which length bytes have been formatted in place.
func (c *copied) number(i, at, length int) int {
	c.ends[2*i+1] = uint16(at + length)
	return at + length
}

// right reads the one property.
func (c *copied) right() bool {
	at := uint16(0)
	for i := 0; i < len(c.ends); i += 2 {
		key, value := c.ends[i], c.ends[i+1]
		if string(c.text[at:key]) == wantedKey {
			return string(c.text[key:value]) == wantedValue
		}
		at = value
	}
	return false
}

// copies makes each message anew and copies into it.
func copies(j job) work[*copied] {
	return work[*copied]{
		each: 1,
		fresh: func(i int) *copied {
			c := new(copied)
			c.write(j, i)
			return c
		},
		again: func(c *copied) *copied {
			d := *c
			return &d
		},
		right: func(c *copied) int {
			if c.right() {
				return 1
			}
			return 0
		},
	}
}

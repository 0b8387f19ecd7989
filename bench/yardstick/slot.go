package yardstick

import (
	"encoding/binary"
	"strconv"
	"time"
)

// slot is a message of the floor, over and over. Its bytes are those that the engine writes:
//
//	line 0   size, content, count
//	line 1   table: for each property its key's number, and where key, value and end are
//	line 2.. image: A1 60 | size | count | (key NUL value NUL)* | length | content
type slot struct {
	size    uint16
	content uint16
	count   uint16
	_       [58]byte
	table   [tableMax]entry
	image   [imageMax]byte
}

const (
	tableMax    = 8
	imageMax    = 448
	imageHeader = 10
)

type entry struct{ key, at, value, end uint16 }

// floorKey is a key as the floor writes it, with its NUL.
type floorKey struct {
	number uint16
	text   string
}

func (s *slot) begin() { s.size, s.count = imageHeader, 0 }

func (s *slot) set(k *floorKey, value string) {
	at := int(s.size)
	middle := at + len(k.text)
	end := middle + len(value)
	copy(s.image[at:], k.text)
	copy(s.image[middle:], value)
	s.entered(k, at, middle, end)
}

// entered ends a property whose key and value have been written.
func (s *slot) entered(k *floorKey, at, middle, end int) {
	s.image[end] = 0
	s.table[s.count%tableMax] = entry{k.number, uint16(at), uint16(middle), uint16(end)}
	s.count++
	s.size = uint16(end + 1)
}

// open writes the key of a property whose value is formatted in place, and returns where.
func (s *slot) open(k *floorKey) (at, middle int) {
	at = int(s.size)
	copy(s.image[at:], k.text)
	return at, at + len(k.text)
}

func (s *slot) setUint(k *floorKey, value uint64) {
	at, middle := s.open(k)
	s.entered(k, at, middle, middle+len(strconv.AppendUint(s.image[middle:middle], value, 10)))
}

func (s *slot) setReading(k *floorKey, i uint64) {
	at, middle := s.open(k)
	s.entered(k, at, middle, middle+len(AppendReading(s.image[middle:middle], i)))
}

func (s *slot) setTime(k *floorKey, c *clock) {
	at, middle := s.open(k)
	s.entered(k, at, middle, middle+len(strconv.AppendInt(s.image[middle:middle], c.now(), 10)))
}

// clock reads the monotonic clock, which is cheaper than the time of day, as package simulator does.
type clock struct {
	start  time.Time
	offset int64 // of start, ns since 1970
}

func newClock() clock {
	now := time.Now()
	return clock{now, now.UnixNano()}
}

// now returns microseconds since 1970.
func (c *clock) now() int64 { return (c.offset + int64(time.Since(c.start))) / 1000 }

// like copies a template: its bytes in one run, and its table.
func (s *slot) like(t *slot) {
	copy(s.image[imageHeader:], t.image[imageHeader:t.size])
	s.table, s.count, s.size = t.table, t.count, t.size
}

// end writes the content and the header.
func (s *slot) end(content []byte) {
	at := int(s.size)
	binary.BigEndian.PutUint32(s.image[at:], uint32(len(content)))
	copy(s.image[at+4:], content)
	s.content, s.size = uint16(at+4), uint16(at+4+len(content))
	s.image[0], s.image[1] = 0xA1, 0x60
	binary.BigEndian.PutUint32(s.image[2:], uint32(s.size))
	binary.BigEndian.PutUint32(s.image[6:], uint32(s.count))
}

func (s *slot) find(number uint16) []byte {
	for i := range s.table[:s.count] {
		if s.table[i].key == number {
			return s.image[s.table[i].value:s.table[i].end]
		}
	}
	return nil
}

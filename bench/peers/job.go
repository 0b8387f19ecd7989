package main

import "strings"

// job is a topology: sources, then stages in a row, then sinks side by side. Each message has five
// string properties and 256 bytes; each stage makes a new one; each sink reads one property.
type job struct {
	name                   string
	sources, stages, sinks int
}

var jobs = []job{
	{"A 1->1", 1, 0, 1},
	{"B 1->4", 1, 0, 4},
	{"C 4->1", 4, 0, 1},
	{"D pipeline", 1, 1, 1},
	{"chain-16", 1, 14, 1},
}

// deliveries returns how many handlers n messages reach.
func (j job) deliveries(n int) int { return n * (j.stages + j.sinks) }

const (
	batchSize   = 64
	contentSize = 256
	wantedKey   = "unit"
	wantedValue = "celsius"
)

var properties = [5][2]string{
	{"deviceId", "device-17"}, {"kind", "temperature"}, {"site", "hall A"},
	{wantedKey, wantedValue}, {"quality", "good"},
}

var content = []byte(strings.Repeat("0123456789abcdef", contentSize/16))

// parcel is a message as a Go program without a broker would have it.
type parcel struct {
	properties [5][2]string
	content    [contentSize]byte
}

func (p *parcel) write() {
	p.properties = properties
	copy(p.content[:], content)
}

// right reads the one property.
func (p *parcel) right() bool {
	for i := range p.properties {
		if p.properties[i][0] == wantedKey {
			return p.properties[i][1] == wantedValue
		}
	}
	return false
}

// imageSize is what appendImage appends, bytes.
var imageSize = len(appendImage(nil))

// appendImage writes a message for peers that carry bytes: key NUL value NUL, and so on, an empty
// key, the content.
func appendImage(b []byte) []byte {
	for i := range properties {
		b = append(append(b, properties[i][0]...), 0)
		b = append(append(b, properties[i][1]...), 0)
	}
	return append(append(b, 0), content...)
}

// rightImage reads the one property of an image.
func rightImage(b []byte) bool {
	text := string(wantedKey)
	for len(b) > 0 && b[0] != 0 {
		key, rest := untilNUL(b)
		value, next := untilNUL(rest)
		if string(key) == text {
			return string(value) == wantedValue
		}
		b = next
	}
	return false
}

func untilNUL(b []byte) (text, rest []byte) {
	for i, c := range b {
		if c == 0 {
			return b[:i], b[i+1:]
		}
	}
	return b, nil
}

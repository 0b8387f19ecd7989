package main

import (
	"strconv"

	"github.com/millrace/millrace/bench/yardstick"
)

// job is a topology: sources, then stages in a row, then sinks side by side. Each message has five
// properties and 256 bytes; each stage makes a new one; each sink reads one property. The properties
// are constant, or for telemetry two of them are numbers that are formatted for every message.
type job struct {
	name                   string
	sources, stages, sinks int
	telemetry              bool
}

var jobs = []job{
	{name: "A 1->1", sources: 1, sinks: 1},
	{name: "B 1->4", sources: 1, sinks: 4},
	{name: "C 4->1", sources: 4, sinks: 1},
	{name: "D pipeline", sources: 1, stages: 1, sinks: 1},
	{name: "E telemetry", sources: 1, sinks: 1, telemetry: true},
	{name: "chain-16", sources: 1, stages: 14, sinks: 1},
}

// message is what the job's messages hold.
func (j job) message() yardstick.Job {
	if j.telemetry {
		return yardstick.Measured()
	}
	return yardstick.Plain()
}

// deliveries returns how many handlers n messages reach.
func (j job) deliveries(n int) int { return n * (j.stages + j.sinks) }

const (
	batchSize   = yardstick.BatchSize
	contentSize = 256
	wantedKey   = "unit"
	wantedValue = "celsius"
)

// texts are the properties of a message as strings.
type texts [5][2]string

// properties are constant; of telemetry the first three are.
var (
	properties = constant(yardstick.Plain())
	telemetry  = constant(yardstick.Measured())
)

func constant(j yardstick.Job) (t texts) {
	for i, p := range j.Constant {
		t[i] = [2]string{p.Key, p.Value}
	}
	return t
}

const telemetryConstant = 3

var content = yardstick.Content

// write sets the texts of the job's i-th message.
func (t *texts) write(j job, i int) {
	if !j.telemetry {
		*t = properties
		return
	}
	*t = telemetry
	t[3] = [2]string{yardstick.SequenceKey, strconv.Itoa(i)}
	t[4] = [2]string{yardstick.ReadingKey, string(yardstick.AppendReading(nil, uint64(i)))}
}

// parcel is a message as a Go program without a broker would have it whose texts live for ever.
type parcel struct {
	properties texts
	content    [contentSize]byte
}

func (p *parcel) write(j job, i int) {
	p.properties.write(j, i)
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

// imageSize is what appendImage appends at most, bytes.
var imageSize = len(appendImage(nil, jobs[0], 0))

// appendImage writes the job's i-th message for peers that carry bytes: key NUL value NUL, and so
// on, an empty key, the content.
func appendImage(b []byte, j job, i int) []byte {
	if j.telemetry {
		b = appendTexts(b, telemetry[:telemetryConstant])
		b = append(append(b, yardstick.SequenceKey...), 0)
		b = append(strconv.AppendInt(b, int64(i), 10), 0)
		b = append(append(b, yardstick.ReadingKey...), 0)
		b = append(yardstick.AppendReading(b, uint64(i)), 0)
	} else {
		b = appendTexts(b, properties[:])
	}
	return append(append(b, 0), content...)
}

func appendTexts(b []byte, texts [][2]string) []byte {
	for i := range texts {
		b = append(append(b, texts[i][0]...), 0)
		b = append(append(b, texts[i][1]...), 0)
	}
	return b
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

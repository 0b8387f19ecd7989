// Package yardstick has the least that moving messages can cost, the floor, and the engine doing the
// same jobs beside it. What is the engine's is in ours.go alone, so that a commit with another API
// needs one file of its own: testdata has that of the commit which the project is compared with.
package yardstick

import (
	"strconv"
	"strings"
	"time"
)

// BatchSize is how many messages are published at once, and how many are in flight on one core.
const BatchSize = 64

// Property is a key with its value.
type Property struct{ Key, Value string }

// Varying is what differs from message to message of a job.
type Varying int

// What may vary, beside the constant properties.
const (
	Nothing   Varying = iota
	Number            // a whole number of six digits
	Telemetry         // a sequence number and a float in its shortest form
	Simulated         // a sequence number and the time, as package simulator writes them
)

// Job is what every message holds: constant properties, then what varies, then 256 bytes.
type Job struct {
	Name     string
	Constant []Property
	Varying  Varying
	Wanted   Property // what a sink reads, and what it must find
}

// Content is that of every message.
var Content = []byte(strings.Repeat("0123456789abcdef", 256/16))

// The keys of what varies.
const (
	NumberKey    = "value"
	SequenceKey  = "sequence"
	ReadingKey   = "value"
	simulatedKey = "sequence number"
	timeKey      = "timestamp"
)

var unit = Property{"unit", "celsius"}

// Plain is five constant properties.
func Plain() Job {
	return Job{Name: "five properties", Constant: plain, Wanted: unit}
}

// Numbered is the same and a number, formatted for every message.
func Numbered() Job {
	return Job{Name: "five properties and a number", Constant: plain, Varying: Number, Wanted: unit}
}

// Measured is job E: the device, the site and the unit, and a sequence number and a float.
func Measured() Job {
	return Job{
		Name: "telemetry", Varying: Telemetry, Wanted: unit,
		Constant: []Property{{"deviceId", "device-17"}, {"site", "hall A"}, unit},
	}
}

// Performance is the message of examples/performance.json.
func Performance() Job {
	device := Property{"deviceId", "device1"}
	filling := strings.Repeat("p", 16)
	return Job{
		Name: "performance", Varying: Simulated, Wanted: device,
		Constant: []Property{device, {"property count", "2"}, {"property0", filling}, {"property1", filling}},
	}
}

var plain = []Property{
	{"deviceId", "device-17"}, {"kind", "temperature"}, {"site", "hall A"}, unit, {"quality", "good"},
}

// varyingKeys returns the keys of what varies.
func (j Job) varyingKeys() []string {
	switch j.Varying {
	case Number:
		return []string{NumberKey}
	case Telemetry:
		return []string{SequenceKey, ReadingKey}
	case Simulated:
		return []string{simulatedKey, timeKey}
	}
	return nil
}

// AppendNumber appends the number of the i-th message.
func AppendNumber(b []byte, i uint64) []byte { return strconv.AppendUint(b, NumberOf(i), 10) }

// NumberOf returns the number of the i-th message.
func NumberOf(i uint64) uint64 { return 100_000 + i%100_000 }

// Reading returns the float of the i-th message: 20 to 30 degrees, in hundredths.
func Reading(i uint64) float64 { return float64(2000+i%1000) / 100 }

// AppendReading appends it in its shortest form.
func AppendReading(b []byte, i uint64) []byte {
	return strconv.AppendFloat(b, Reading(i), 'f', -1, 64)
}

func microseconds() int64 { return time.Now().UnixMicro() }

// appendTime appends the time of day.
//
//nolint:unused // the commit of testdata, which has no typed values, writes its time by it
func appendTime(b []byte) []byte { return strconv.AppendInt(b, microseconds(), 10) }

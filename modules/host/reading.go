package host

import (
	"math"
	"strconv"
	"time"
)

// reading is one figure, and the content of its message.
type reading struct {
	Time   time.Time `json:"time"`
	Kind   string    `json:"kind"`
	Metric string    `json:"metric"`
	Name   string    `json:"name"`
	Value  figure    `json:"value"`
	Unit   string    `json:"unit"`
	Host   string    `json:"host"`

	Mount string `json:"mount,omitempty"`
	Used  uint64 `json:"usedBytes,omitempty"`
	Total uint64 `json:"totalBytes,omitempty"`
}

// outgoing is a reading as a message.
type outgoing struct {
	Host   string  `property:"host,static"`
	Kind   string  `property:"kind"`
	Metric string  `property:"metric"`
	Name   string  `property:"name"`
	Value  float64 `property:"value"`
	Unit   string  `property:"unit"`
	All    reading `content:"json"`
}

func (r reading) outgoing() outgoing {
	return outgoing{r.Host, r.Kind, r.Metric, r.Name, r.Value.rounded(), r.Unit, r}
}

// figure is a number that is written with at most two decimals.
type figure float64

func (f figure) rounded() float64 { return math.Round(float64(f)*100) / 100 }

func (f figure) String() string { return strconv.FormatFloat(f.rounded(), 'f', -1, 64) }

// MarshalJSON writes the figure as a number.
func (f figure) MarshalJSON() ([]byte, error) { return []byte(f.String()), nil }

// isSane reports whether the figure can be a reading at all.
func (f figure) isSane() bool { return f >= 0 && !math.IsInf(float64(f), 0) }

// percent returns part of whole, which is more than 0, as a percentage within 0 and 100; counters of the system may run
// backwards a little.
func percent(part, whole float64) figure {
	return figure(min(max(part/whole*100, 0), 100))
}

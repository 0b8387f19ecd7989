package host

import (
	"context"
	"encoding/json"
	"math"
	"strconv"
	"time"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/message"
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

func (r reading) draft(ctx context.Context, out *engine.Publisher) (message.Draft, error) {
	content, err := json.Marshal(r)
	if err != nil {
		return message.Draft{}, err
	}
	d, err := out.Claim(ctx)
	if err != nil {
		return d, err
	}
	d.Set("kind", r.Kind)
	d.Set("metric", r.Metric)
	d.Set("name", r.Name)
	d.Set("value", r.Value.String())
	d.Set("unit", r.Unit)
	d.Set("host", r.Host)
	d.SetContent(content)
	return d, nil
}

// figure is a number that is written with at most two decimals.
type figure float64

func (f figure) String() string {
	return strconv.FormatFloat(math.Round(float64(f)*100)/100, 'f', -1, 64)
}

// MarshalJSON writes the figure as a number.
func (f figure) MarshalJSON() ([]byte, error) { return []byte(f.String()), nil }

// isSane reports whether the figure can be a reading at all.
func (f figure) isSane() bool { return f >= 0 && !math.IsInf(float64(f), 0) }

// percent returns part of whole, which is more than 0, as a percentage within 0 and 100; counters of the system may run
// backwards a little.
func percent(part, whole float64) figure {
	return figure(min(max(part/whole*100, 0), 100))
}

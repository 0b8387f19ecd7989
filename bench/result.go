package bench

import "time"

// Result is what a run measured, after warming up. It marshals to JSON.
type Result struct {
	Scenario string        `json:"scenario"`
	Content  int           `json:"contentBytes"`
	Batch    int           `json:"batch"`
	Rate     float64       `json:"rate"`       // offered, messages a second; 0: closed loop
	Duration time.Duration `json:"durationNs"` // from the first publish to the last delivery

	Messages   uint64 `json:"messages"`   // published
	Deliveries uint64 `json:"deliveries"` // by all links, stages included
	Dropped    uint64 `json:"dropped"`    // by links that may

	NsPerDelivery       float64 `json:"nsPerDelivery"`
	DeliveriesPerSecond float64 `json:"deliveriesPerSecond"`
	AllocsPerMessage    float64 `json:"allocsPerMessage"` // heap objects, of the whole process
	BytesPerMessage     float64 `json:"bytesPerMessage"`  // heap bytes allocated, of the whole process

	CPUMeasured     bool    `json:"cpuMeasured"` // false where the system cannot say
	CPUNsPerMessage float64 `json:"cpuNsPerMessage"`

	Latency *Latency `json:"latency,omitempty"` // nil in a closed loop
	Links   []Link   `json:"links"`             // warm-up included, sorted by source, then sink
	Samples []Sample `json:"samples,omitempty"` // one per Load.Interval, since measuring began
}

// Latency is how long messages took from their intended send time to the end of the handler call
// that received them, over all sinks. A sink reads the clock once a batch.
type Latency struct {
	Count uint64        `json:"count"`
	Min   time.Duration `json:"minNs"`
	Mean  time.Duration `json:"meanNs"`
	P50   time.Duration `json:"p50Ns"`
	P90   time.Duration `json:"p90Ns"`
	P99   time.Duration `json:"p99Ns"`
	P999  time.Duration `json:"p999Ns"`
	Max   time.Duration `json:"maxNs"`
	Curve []Point       `json:"curve"` // rising, for a percentile plot
}

// Point is one point of the percentile curve.
type Point struct {
	Percentile float64       `json:"percentile"` // 0 to 100
	Value      time.Duration `json:"ns"`
}

// Link is what became of a link's messages: In = Delivered + Filtered + Dropped + Left.
type Link struct {
	Source    string `json:"source"`
	Sink      string `json:"sink"`
	In        uint64 `json:"in"`
	Delivered uint64 `json:"delivered"`
	Filtered  uint64 `json:"filtered"`
	Dropped   uint64 `json:"dropped"`
	Left      uint64 `json:"left"`
}

// Sample is one interval of a run. Figures without another unit are of the interval alone.
type Sample struct {
	At         time.Duration `json:"atNs"` // its end, since measuring began
	Took       time.Duration `json:"tookNs"`
	Deliveries uint64        `json:"deliveries"`
	CPU        time.Duration `json:"cpuNs"`       // of the process; 0 where the system cannot say
	Memory     uint64        `json:"memoryBytes"` // held by the Go runtime at its end
	GCs        uint64        `json:"gcs"`         // collections of garbage that ended
	GCPause    time.Duration `json:"gcPauseNs"`   // how long they stopped the world, in all
}

package report

// Run is one measurement. Rates are per second, times in nanoseconds unless they say otherwise.
type Run struct {
	Rate        float64    `json:"rate"`    // messages offered a second; 0: as fast as possible
	Seconds     float64    `json:"seconds"` // measured, the warm-up left out
	Published   uint64     `json:"published"`
	Delivered   uint64     `json:"delivered"`
	Dropped     uint64     `json:"dropped"`             // counted, by links that may
	Throughput  float64    `json:"throughput"`          // deliveries a second
	CPUNs       float64    `json:"cpuNs"`               // of all cores, a message; 0: unknown
	Allocations float64    `json:"allocations"`         // heap objects a message
	Fault       string     `json:"fault,omitempty"`     // what was lost, reordered or damaged
	Held        bool       `json:"held,omitempty"`      // in a sweep: this rate was sustained
	Latency     *Latency   `json:"latency,omitempty"`   // nil: no rate was offered
	Intervals   []Interval `json:"intervals,omitempty"` // in the order of time
	Links       []Link     `json:"links,omitempty"`
}

// Latency is from the moment at which a message was meant to be sent until it was received.
type Latency struct {
	Count uint64       `json:"count"`
	Mean  float64      `json:"mean"`
	Max   int64        `json:"max"`
	Curve []Percentile `json:"curve"` // ascending in both
}

// Percentile is the latency that Percent of all messages did not exceed.
type Percentile struct {
	Percent float64 `json:"percent"` // from 0 to 100
	Ns      int64   `json:"ns"`
}

// At returns the latency that the given percentage of all messages did not exceed, by the first
// point of the curve that is not below it; Max beyond the last.
func (l *Latency) At(percent float64) int64 {
	for _, p := range l.Curve {
		if p.Percent >= percent {
			return p.Ns
		}
	}
	return l.Max
}

// Interval is what was sampled at the end of one stretch of a run.
type Interval struct {
	Seconds     float64 `json:"seconds"`     // its end, since measuring began
	Throughput  float64 `json:"throughput"`  // deliveries a second
	Cores       float64 `json:"cores"`       // in use on average
	Memory      uint64  `json:"memoryBytes"` // held by the Go runtime
	Collections uint64  `json:"collections"` // garbage collections that ended
	PauseNs     int64   `json:"pauseNs"`     // how long they stopped the world, in all
}

// Link is what became of the messages of one link.
type Link struct {
	Source    string `json:"source"`
	Sink      string `json:"sink"`
	In        uint64 `json:"in"`
	Delivered uint64 `json:"delivered"`
	Filtered  uint64 `json:"filtered"`
	Dropped   uint64 `json:"dropped"`
	Left      uint64 `json:"left"`

	// Throughput is deliveries a second while measuring; 0: not measured by link.
	Throughput float64 `json:"throughput,omitempty"`
}

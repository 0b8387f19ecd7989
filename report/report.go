// Package report is the form in which measured runs are kept, and the pages and pictures that show
// them: a Result is written as JSON, read back, and rendered as one self-contained HTML page or one
// SVG picture, both readable in light and in dark.
//
// The package knows neither the engine nor how anything was measured; all its data are plain.
package report

// Format is the version of the form that Write writes and Read accepts.
const Format = 1

// Result is what one measuring command found: one run, repeated runs, or the runs of a sweep.
type Result struct {
	Format   int      `json:"format"`
	Scenario string   `json:"scenario"`           // its name, or the path of a gateway document
	Topology string   `json:"topology,omitempty"` // drawn in ASCII; may have several lines
	Command  string   `json:"command"`            // the command line
	Date     string   `json:"date"`               // RFC 3339
	Machine  Machine  `json:"machine"`
	Runs     []Run    `json:"runs"`            // in the order in which they were made
	Sweep    *Sweep   `json:"sweep,omitempty"` // nil: not a sweep
	Profile  *Profile `json:"profile,omitempty"`
}

// Machine is where a result was measured. Text that could not be found out is "unknown".
type Machine struct {
	CPU    string  `json:"cpu"`
	Cores  int     `json:"cores"` // logical
	Caches []Cache `json:"caches,omitempty"`
	Memory uint64  `json:"memoryBytes"`
	System string  `json:"system"` // such as linux/amd64
	Go     string  `json:"go"`
	Commit string  `json:"commit"`
}

// Cache is one cache of the first core.
type Cache struct {
	Name  string `json:"name"` // such as L1d
	Bytes uint64 `json:"bytes"`
}

// Sweep is what a search for the highest rate found.
type Sweep struct {
	BoundNs int64   `json:"boundNs"` // on the 99th percentile of latency
	Highest float64 `json:"highest"` // messages a second; 0: not even the lowest rate held
}

// Profile names the hottest functions of a result's runs.
type Profile struct {
	CPU    []Function `json:"cpu"`
	Allocs []Function `json:"allocs"`
}

// Function is one function's own share of a profile, from 0 to 1.
type Function struct {
	Name  string  `json:"name"`
	Share float64 `json:"share"`
}

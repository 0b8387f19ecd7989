package host

import (
	"context"
	"time"
)

// collector reads one kind of figures. It is used by one goroutine.
type collector struct {
	kind    string
	failed  bool // that it cannot be read has been logged
	collect func(ctx context.Context, now time.Time) ([]reading, error)
}

const (
	kindCPU     = "cpu"
	kindMemory  = "memory"
	kindLoad    = "load"
	kindDisk    = "disk"
	kindNetwork = "network"
)

// kinds lists what can be collected, in the order in which it is by default.
func kinds() []string { return []string{kindCPU, kindMemory, kindLoad, kindDisk, kindNetwork} }

func newCollector(kind string) (*collector, bool) {
	c := &collector{kind: kind}
	switch kind {
	case kindCPU:
		c.collect = new(processors).collect
	case kindMemory:
		c.collect = collectMemory
	case kindLoad:
		c.collect = collectLoad
	case kindDisk:
		c.collect = collectDisks
	case kindNetwork:
		c.collect = new(interfaces).collect
	default:
		return nil, false
	}
	return c, true
}

package host

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// collector reads one kind of figures. It is used by one goroutine.
type collector struct {
	kind    string
	said    map[string]bool // failures that have been logged
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

// failure is what keeps one reading, or some of them, from being published.
type failure struct {
	of  string // "ram"; "" for all of a kind
	err error
}

func (f failure) Error() string {
	if f.of == "" {
		return f.err.Error()
	}
	return f.of + ": " + f.err.Error()
}

func (f failure) Unwrap() error { return f.err }

// failures lists what has failed in a round, which may be several joined.
func failures(err error) []failure {
	var list []failure
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		for _, e := range joined.Unwrap() {
			list = append(list, failures(e)...)
		}
		return list
	}
	var f failure
	if err != nil && !errors.As(err, &f) {
		f.err = err
	}
	if err != nil {
		list = append(list, f)
	}
	return list
}

// errNonsense is a figure that cannot be right: a file of the system was empty, or cut off.
var errNonsense = errors.New("makes no sense")

func nonsense(format string, args ...any) error {
	return fmt.Errorf("%w: %s", errNonsense, fmt.Sprintf(format, args...))
}

// guard calls a part of the library, which panics at times when the system answers what it does not
// expect. What fails is named by of, if that is not "".
func guard[T any](of string, read func() (T, error)) (result T, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the library panicked: %v", p)
		}
		if err != nil && of != "" {
			err = failure{of, err}
		}
	}()
	return read()
}

package gateway

import (
	"errors"
	"fmt"
	"sync"

	"github.com/millrace/millrace/module"
)

// What outlives a module's lives belongs to its place in the gateway: what its tasks returned, and
// what it has counted.

// taskErrorsMax is how many errors of a module's tasks are kept; more are counted.
const taskErrorsMax = 16

// taskErrors keeps what the tasks of all lives returned. Any goroutine may use it.
type taskErrors struct {
	mu   sync.Mutex
	errs []error
	more int
}

func (t *taskErrors) add(err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.errs) == taskErrorsMax {
		t.more++
		return
	}
	t.errs = append(t.errs, err)
}

func (t *taskErrors) list() []error {
	t.mu.Lock()
	defer t.mu.Unlock()
	list := append([]error(nil), t.errs...)
	if t.more > 0 {
		list = append(list, fmt.Errorf("and %d errors more", t.more))
	}
	return list
}

// sumFigures adds figures up by their names, in the order of the first list.
func sumFigures(sum, more []module.Figure) []module.Figure {
	at := make(map[string]int, len(sum))
	for i, f := range sum {
		at[f.Name] = i
	}
	for _, f := range more {
		if i, known := at[f.Name]; known {
			sum[i].N += f.N
		} else {
			at[f.Name] = len(sum)
			sum = append(sum, f)
		}
	}
	return sum
}

var errNoModule = errors.New("its Spec's New made nothing")

// renew makes a module that has not lived yet. Where that fails the old one stays, which has ended.
func (in *instance) renew() error {
	code, err := ask(in.gateway.options.StartTimeout, in.doc.Spec.New)
	switch {
	case err == nil && code == nil:
		err = errNoModule
	case errors.Is(err, errStuck):
		in.stuck = append(in.stuck, "New")
	}
	if err != nil {
		return in.wrap("make", err)
	}
	in.code, in.host = code, newHost(in, in.gateway, in.log)
	return nil
}

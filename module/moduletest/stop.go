package moduletest

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/millrace/millrace/module"
)

// Stop takes the module through the rest of its life: stop, drain, close. It returns what went
// wrong on the way, the tasks' errors included, and does nothing a second time.
func (r *Rig) Stop() error {
	r.stop.Do(func() { r.stopped = r.shutDown() })
	return r.stopped
}

func (r *Rig) shutDown() error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	var errs []error
	r.tasks.cancel()
	if m, ok := r.module.(module.Stopper); ok && r.opened {
		errs = append(errs, m.Stop(ctx))
	}
	if c, ok := r.stdin.(io.Closer); ok {
		errs = append(errs, c.Close())
	}
	errs = append(errs, r.tasks.wait())
	r.join(nil)
	r.feeder.Close()
	report, err := r.engine.Close(ctx)
	errs = append(errs, err)
	if len(report.Held) > 0 {
		errs = append(errs, fmt.Errorf("still receiving after %v: %v", patience, report.Held))
	}
	if m, ok := r.module.(module.Closer); ok && r.opened {
		errs = append(errs, m.Close())
	}
	return errors.Join(errs...)
}

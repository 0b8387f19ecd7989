package moduletest

import (
	"context"
	"errors"
	"sync"
)

// tasks are the goroutines a module has asked for.
type tasks struct {
	ctx    context.Context
	cancel context.CancelFunc
	group  sync.WaitGroup

	mu   sync.Mutex
	errs []error
}

func (t *tasks) start(task func(ctx context.Context) error) {
	t.group.Go(func() {
		err := task(t.ctx)
		t.mu.Lock()
		defer t.mu.Unlock()
		if err != nil && !errors.Is(err, context.Canceled) {
			t.errs = append(t.errs, err)
		}
	})
}

// wait returns what the tasks have reported, once all have ended.
func (t *tasks) wait() error {
	t.group.Wait()
	t.mu.Lock()
	defer t.mu.Unlock()
	return errors.Join(t.errs...)
}

// Package host publishes readings of the machine it runs on, one message per reading.
//
// The first round of readings comes a fifth of a second after the start: shares of processor time
// and network rates are differences of two samples, so one of them must be taken before.
//
// A reading that cannot be taken, or makes no sense, is left out and logged once; all others go on.
//
// Noise is left out as well: of disks, file systems that do not live on a device of their own and
// devices that have been seen already; of networks, interfaces that are down, loopback and the
// ends of containers and bridges.
package host

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"time"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/module"
	"github.com/millrace/millrace/modules/internal/periodic"
	"github.com/millrace/millrace/typed"
)

// firstAfter is how far the first samples are from the first readings, unless the period is
// shorter.
const firstAfter = 200 * time.Millisecond

type monitor struct {
	period     time.Duration
	collectors []*collector
	host       string
	log        *slog.Logger

	// The publishing task's own.
	sampled bool
	writer  *typed.Writer[outgoing]
	batch   []outgoing
}

func (m *monitor) Open(_ context.Context, host module.Host) (err error) {
	m.log = host.Log()
	if m.host, err = os.Hostname(); err != nil {
		m.log.Warn("the machine's name cannot be read", "error", err)
		m.host = "unknown"
	}
	return nil
}

func (m *monitor) Start(_ context.Context, host module.Host) error {
	return periodic.Publish(host, m.period, m.publish)
}

// publish sends one round of readings as one batch.
func (m *monitor) publish(ctx context.Context, out *engine.Publisher) error {
	if err := m.sample(ctx); err != nil {
		return err
	}
	if m.writer == nil {
		writer, err := typed.NewWriter[outgoing](out)
		if err != nil {
			return err
		}
		m.writer = writer
	}
	m.batch = m.batch[:0]
	for _, r := range m.round(ctx, time.Now()) {
		m.batch = append(m.batch, r.outgoing())
	}
	return m.writer.PublishBatch(ctx, out, m.batch)
}

// sample takes the samples that the very first rates are measured from.
func (m *monitor) sample(ctx context.Context) error {
	if m.sampled {
		return nil
	}
	m.sampled = true
	m.round(ctx, time.Now())
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(min(m.period, firstAfter)):
		return nil
	}
}

func (m *monitor) round(ctx context.Context, now time.Time) []reading {
	var all []reading
	for _, c := range m.collectors {
		readings, err := guard("", func() ([]reading, error) { return c.collect(ctx, now) })
		for _, r := range readings {
			if !r.Value.isSane() {
				err = errors.Join(err, failure{r.Name, nonsense("%v %s", float64(r.Value), r.Unit)})
				continue
			}
			r.Time, r.Kind, r.Host = now.Truncate(time.Millisecond), c.kind, m.host
			all = append(all, r)
		}
		if ctx.Err() == nil {
			m.tell(c, err)
		}
	}
	return all
}

// tell logs each thing that has failed, once.
func (m *monitor) tell(c *collector, err error) {
	for _, f := range failures(err) {
		if c.said[f.of] {
			continue
		}
		if c.said == nil {
			c.said = make(map[string]bool)
		}
		c.said[f.of] = true
		m.log.Warn("cannot be read here", "kind", c.kind, "error", f)
	}
}

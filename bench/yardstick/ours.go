package yardstick

import (
	"context"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/internal/arena"
	"github.com/millrace/millrace/internal/layout"
	"github.com/millrace/millrace/message"
	"github.com/millrace/millrace/property"
)

// Form writes and reads the engine's messages of a job.
type Form struct {
	job      Job
	how      How
	constant []keyed
	varying  [2]property.Key
	wanted   property.Key
}

type keyed struct {
	key   property.Key
	value string
}

// NewForm interns the job's keys.
func NewForm(intern func(string) property.Key, j Job, h How) *Form {
	f := &Form{job: j, how: h, wanted: intern(j.Wanted.Key)}
	for _, p := range j.Constant {
		f.constant = append(f.constant, keyed{intern(p.Key), p.Value})
	}
	for i, key := range j.varyingKeys() {
		f.varying[i] = intern(key)
	}
	return f
}

// Right tells whether a message has what its reader wants.
func (f *Form) Right(m message.Message) bool {
	value, _ := m.Properties().Find(f.wanted)
	return string(value) == f.job.Wanted.Value
}

// WriteConstant writes what is constant, property by property.
func (f *Form) WriteConstant(d message.Draft) {
	for i := range f.constant {
		d.SetKey(f.constant[i].key, f.constant[i].value)
	}
}

// Write writes the i-th message, all of it by keys.
func (f *Form) Write(d message.Draft, i uint64) {
	f.WriteConstant(d)
	if f.job.Varying != Nothing {
		f.writeVarying(d, i)
	}
	d.SetContent(Content)
}

// writeVarying writes what varies in the i-th message.
func (f *Form) writeVarying(d message.Draft, i uint64) {
	switch f.job.Varying {
	case Number:
		d.SetUint(f.varying[0], NumberOf(i))
	case Telemetry:
		d.SetUint(f.varying[0], i)
		d.SetFloat(f.varying[1], Reading(i))
	case Simulated:
		d.SetUint(f.varying[0], i+1)
		d.SetInt(f.varying[1], microseconds())
	}
}

// Source claims and writes messages for one publisher.
type Source struct {
	form     *Form
	pub      *engine.Publisher
	template message.Template // with ByTemplate
	next     uint64
}

// NewSource makes the template if the form wants one.
func NewSource(ctx context.Context, pub *engine.Publisher, f *Form) (*Source, error) {
	s := &Source{form: f, pub: pub}
	if f.how == ByKeys {
		return s, nil
	}
	var err error
	s.template, err = pub.Template(f.WriteConstant)
	return s, err
}

// Claim returns the next message, written.
func (s *Source) Claim(ctx context.Context) (message.Draft, error) {
	d, err := s.begin(ctx)
	if err != nil {
		return d, err
	}
	if s.form.job.Varying != Nothing {
		s.form.writeVarying(d, s.next)
		s.next++
	}
	d.SetContent(Content)
	return d, nil
}

func (s *Source) begin(ctx context.Context) (message.Draft, error) {
	if s.form.how == ByTemplate {
		return s.pub.ClaimTemplate(ctx, s.template)
	}
	d, err := s.pub.Claim(ctx)
	if err == nil {
		s.form.WriteConstant(d)
	}
	return d, err
}

// Core is the engine's messages on one core, without the engine: 64 are claimed, written and sealed,
// then read and released.
type Core struct {
	form     *Form
	shard    *arena.Shard
	template arena.Template
	held     []arena.Message
	out      arena.Returns
	next     uint64
}

// NewCore makes an arena.
func NewCore(j Job, h How) (*Core, error) {
	keys := property.NewKeys(0)
	c := &Core{form: NewForm(keys.Intern, j, h), held: make([]arena.Message, 0, BatchSize)}
	c.shard = arena.NewArena((*layout.Keys)(keys), arena.Limits{}, 0).NewShard(nil)
	var err error
	c.template, err = arena.NewTemplate((*layout.Keys)(keys), arena.Limits{},
		func(d arena.Draft) { c.form.WriteConstant(message.Draft(d)) })
	return c, err
}

// Send claims and releases n messages, a multiple of 64.
func (c *Core) Send(n int) error {
	for range n / BatchSize {
		for range BatchSize {
			m, err := c.message()
			if err != nil {
				return err
			}
			c.held = append(c.held, m)
		}
		c.shard.Count()
		if err := c.release(); err != nil {
			return err
		}
	}
	return nil
}

func (c *Core) message() (arena.Message, error) {
	d, err := c.begin()
	if err != nil {
		return arena.Message{}, err
	}
	if c.form.job.Varying != Nothing {
		c.form.writeVarying(message.Draft(d), c.next)
		c.next++
	}
	d.SetContent(Content)
	return d.Seal(1)
}

func (c *Core) begin() (arena.Draft, error) {
	if c.form.how == ByTemplate {
		return c.shard.ClaimTemplate(c.template, nil)
	}
	d, err := c.shard.Claim(nil)
	if err == nil {
		c.form.WriteConstant(message.Draft(d))
	}
	return d, err
}

func (c *Core) release() error {
	right := true
	for _, m := range c.held {
		right = c.form.Right(message.Message(m)) && right
		c.out.Release(m)
	}
	c.out.Flush()
	c.held = c.held[:0]
	if !right {
		return errWrong
	}
	return nil
}

// Close gives the memory back.
func (c *Core) Close() error {
	c.shard.Close()
	return nil
}

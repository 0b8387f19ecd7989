package main

import (
	"github.com/millrace/millrace/bench/yardstick"
	"github.com/millrace/millrace/internal/arena"
	"github.com/millrace/millrace/internal/layout"
	"github.com/millrace/millrace/message"
	"github.com/millrace/millrace/property"
)

const directCall = "direct call"

// direct is the engine's own message code, and a function call where the engine routes,
// queues and wakes. It has one goroutine.
type direct struct {
	job   job
	form  *yardstick.Form
	shard []*arena.Shard // of each source, then of each stage
	sinks *sinks
}

func directCalls() peer {
	return peer{
		name: directCall, what: "the engine's messages, a function call instead of the engine",
		open: openDirect,
	}
}

func openDirect(j job) (rig, error) {
	keys := property.NewKeys(0)
	d := &direct{job: j, form: yardstick.NewForm(keys.Intern, j.message(), yardstick.ByKeys), sinks: newSinks(j.sinks)}
	for range j.sources + j.stages {
		memory := arena.NewArena((*layout.Keys)(keys), arena.Limits{}, 0)
		d.shard = append(d.shard, memory.NewShard(nil))
	}
	return d, nil
}

func (d *direct) send(n int) error {
	d.sinks.expect(n)
	for i := range n {
		draft, err := d.shard[i%d.job.sources].Claim(nil)
		if err != nil {
			return err
		}
		d.form.Write(message.Draft(draft), uint64(i))
		if err := d.receive(draft, 0); err != nil {
			return err
		}
	}
	return d.sinks.wait()
}

// receive hands a message to the i-th stage, or behind the last one to the sinks.
func (d *direct) receive(draft arena.Draft, i int) error {
	if i == d.job.stages {
		return d.deliver(draft)
	}
	m, err := draft.Seal(1)
	if err != nil {
		return err
	}
	next, err := d.shard[d.job.sources+i].ClaimFrom(m, nil)
	if err != nil {
		return err
	}
	next.SetContent(m.Content())
	m.Release()
	return d.receive(next, i+1)
}

func (d *direct) deliver(draft arena.Draft) error {
	m, err := draft.Seal(d.job.sinks)
	if err != nil {
		return err
	}
	for i := range d.sinks.all {
		d.sinks.all[i].took(d.form.Right(message.Message(m)))
		m.Release()
	}
	return nil
}

func (d *direct) close() error {
	for _, s := range d.shard {
		s.Close()
	}
	return d.sinks.verify()
}

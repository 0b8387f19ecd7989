package yardstick

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// Floor moves messages from one source to some sinks, and does nothing else: one ring of slots that
// were made beforehand, a cursor for each sink, publication in 64s. Who has nothing to do lets others
// run, and sleeps a moment if that was in vain for long, for then other programs want the cores. There
// are no links, no filters, no counts of holders, no limits, no closing while it runs.
//
// Field ledger: published is written by the source and read by every sink; a cursor is written by its
// sink and read by the source; closed is written once by the owner; the rest is the source's.
type Floor struct {
	form  *floorForm
	slots []slot
	next  uint64 // to be written
	free  uint64 // every slot before it may be written; behind the cursors at most
	idle  patience
	ended sync.WaitGroup

	_         [64]byte
	published atomic.Uint64
	_         [56]byte
	closed    atomic.Bool
	sinks     []floorSink
}

// floorSink counts what arrives. All but cursor and done is the sink's own.
type floorSink struct {
	cursor atomic.Uint64 // what is before it has been read
	_      [56]byte
	wrong  uint64
	_      [56]byte
}

const floorSlots = 1024

// patience counts waits in vain.
type patience int

// On a quiet machine nobody waits for so long: 64 messages are written in a few microseconds.
const (
	patienceMax = 1000
	moment      = 20 * time.Microsecond
)

func (p *patience) wait() {
	if *p++; *p > patienceMax {
		time.Sleep(moment)
		return
	}
	runtime.Gosched() //nolint:forbidigo // the floor's wait, not the engine's
}

// OpenFloor starts the sinks. Send belongs to one goroutine.
func OpenFloor(sinks int, j Job, h How) *Floor {
	f := &Floor{
		form: newFloorForm(j, h), slots: make([]slot, floorSlots), sinks: make([]floorSink, sinks),
		free: floorSlots,
	}
	for i := range f.sinks {
		f.ended.Go(func() { f.receive(&f.sinks[i]) })
	}
	return f
}

func (f *Floor) receive(s *floorSink) {
	var idle patience
	for at := uint64(0); ; {
		until := f.published.Load() // SYNC POINT: floor publication
		if at == until {
			if f.closed.Load() {
				return
			}
			idle.wait()
			continue
		}
		idle = 0
		until = min(until, at+BatchSize)
		for ; at < until; at++ {
			if !f.form.right(&f.slots[at%floorSlots]) {
				s.wrong++
			}
		}
		s.cursor.Store(at) // SYNC POINT: floor cursor
	}
}

// Send moves n messages, a multiple of 64, and returns when every sink has read them.
func (f *Floor) Send(n int) error {
	for range n / BatchSize {
		for f.next+BatchSize > f.free {
			f.collect()
		}
		for range BatchSize {
			f.form.write(&f.slots[f.next%floorSlots])
			f.next++
		}
		f.published.Store(f.next) // SYNC POINT: floor publication
	}
	for f.free != f.next+floorSlots {
		f.collect()
	}
	return f.verify()
}

// collect looks at the cursors, and lets others run if nothing has become free.
func (f *Floor) collect() {
	least := f.next
	for i := range f.sinks {
		least = min(least, f.sinks[i].cursor.Load()) // SYNC POINT: floor cursor
	}
	if least+floorSlots == f.free {
		f.idle.wait()
	} else {
		f.idle = 0
	}
	f.free = least + floorSlots
}

func (f *Floor) verify() error {
	for i := range f.sinks {
		if s := &f.sinks[i]; s.wrong > 0 || s.cursor.Load() != f.next {
			return fmt.Errorf("sink %d: %d of %d received, %d wrong", i, s.cursor.Load(), f.next, s.wrong)
		}
	}
	return nil
}

// Close ends the sinks.
func (f *Floor) Close() error {
	f.closed.Store(true)
	f.ended.Wait()
	return f.verify()
}

// FloorCore is the floor on one core: 64 messages are written, then read.
type FloorCore struct {
	form  *floorForm
	slots []slot
	next  int
}

const coreSlots = 2 * BatchSize

// NewFloorCore makes the slots.
func NewFloorCore(j Job, h How) *FloorCore {
	return &FloorCore{form: newFloorForm(j, h), slots: make([]slot, coreSlots)}
}

// Send writes and reads n messages, a multiple of 64.
func (c *FloorCore) Send(n int) error {
	for range n / BatchSize {
		batch := c.slots[c.next : c.next+BatchSize]
		c.next = (c.next + BatchSize) % coreSlots
		for i := range batch {
			c.form.write(&batch[i])
		}
		for i := range batch {
			if !c.form.right(&batch[i]) {
				return errWrong
			}
		}
	}
	return nil
}

// Close does nothing.
func (c *FloorCore) Close() error { return nil }

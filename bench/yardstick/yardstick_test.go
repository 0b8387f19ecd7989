package yardstick

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

type rig interface {
	Send(n int) error
	Close() error
}

var ways = []How{ByKeys, ByTemplate}

func all() []Job { return []Job{Plain(), Numbered(), Measured(), Performance()} }

func try(t *testing.T, r rig, err error) {
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if err := r.Send(64 * BatchSize); err != nil {
			t.Error(err)
		}
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
}

// Both sides do every job in every way: all messages reach every sink, and are right.
func TestBothSidesDoTheirJobs(t *testing.T) {
	for _, j := range all() {
		for _, h := range ways {
			for _, sinks := range []int{1, 4} {
				t.Run(fmt.Sprintf("%s/%v/%d", j.Name, h, sinks), func(t *testing.T) {
					try(t, OpenFloor(sinks, j, h), nil)
					b, err := OpenBroker(sinks, j, h)
					try(t, b, err)
				})
			}
			t.Run(fmt.Sprintf("%s/%v/one core", j.Name, h), func(t *testing.T) {
				try(t, NewFloorCore(j, h), nil)
				c, err := NewCore(j, h)
				try(t, c, err)
			})
		}
	}
}

// The floor writes byte for byte what the engine writes.
func TestTheFloorWritesTheSameBytes(t *testing.T) {
	for _, j := range all() {
		if j.Varying == Simulated {
			continue // it reads the clock
		}
		for _, h := range ways {
			f := newFloorForm(j, h)
			c, err := NewCore(j, h)
			if err != nil {
				t.Fatal(err)
			}
			for range 3 {
				var s slot
				f.write(&s)
				m, err := c.message()
				if err != nil {
					t.Fatal(err)
				}
				if ours, floor := m.Wire(), s.image[:s.size]; !bytes.Equal(ours, floor) {
					t.Errorf("%s, %v:\n%q, the floor\n%q", j.Name, h, ours, floor)
				}
				if !bytes.Equal(s.image[s.content:s.size], Content) {
					t.Errorf("%s, %v: the content is not where the slot says", j.Name, h)
				}
				m.Release()
			}
		}
	}
}

// A floor that garbles a message is not measured.
func TestWrongMessagesAreFound(t *testing.T) {
	j := Plain()
	f := OpenFloor(1, j, ByTemplate)
	at := bytes.Index(f.form.template.image[:], []byte(j.Wanted.Value))
	f.form.template.image[at]++
	if err := f.Send(BatchSize); err == nil || !strings.Contains(err.Error(), "64 wrong") {
		t.Errorf("%v", err)
	}
	_ = f.Close()
	c := NewFloorCore(j, ByKeys)
	c.form.constant[3].value = "kelvin"
	if err := c.Send(BatchSize); err == nil {
		t.Error("one core: nobody noticed")
	}
}

// Every message fits its slot, whatever its number.
func TestSlotsAreLargeEnough(t *testing.T) {
	for _, j := range all() {
		f := newFloorForm(j, ByKeys)
		f.next = 1 << 62
		var s slot
		f.write(&s)
		if int(s.size) > imageMax || int(s.count) != len(j.Constant)+len(j.varyingKeys()) {
			t.Errorf("%s: %d bytes, %d properties", j.Name, s.size, s.count)
		}
	}
}

// Beside each other, for a quick look; bench/versus measures.
func BenchmarkOneCore(b *testing.B) {
	for _, w := range []struct {
		job Job
		how How
	}{{Plain(), ByKeys}, {Plain(), ByTemplate}, {Numbered(), ByTemplate}, {Measured(), ByTemplate}} {
		name := w.job.Name + "/" + w.how.String()
		b.Run("floor/"+name, func(b *testing.B) { benchmark(b, NewFloorCore(w.job, w.how), nil) })
		b.Run("ours/"+name, func(b *testing.B) {
			c, err := NewCore(w.job, w.how)
			benchmark(b, c, err)
		})
	}
}

func benchmark(b *testing.B, r rig, err error) {
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	b.ResetTimer()
	if err := r.Send((b.N + BatchSize - 1) / BatchSize * BatchSize); err != nil {
		b.Error(err)
	}
	b.StopTimer()
	if err := r.Close(); err != nil {
		b.Error(err)
	}
}

func BenchmarkFlow(b *testing.B) {
	for _, sinks := range []int{1, 4} {
		for _, h := range ways {
			name := fmt.Sprintf("1to%d/%v", sinks, h)
			b.Run("floor/"+name, func(b *testing.B) { benchmark(b, OpenFloor(sinks, Plain(), h), nil) })
			b.Run("ours/"+name, func(b *testing.B) {
				r, err := OpenBroker(sinks, Plain(), h)
				benchmark(b, r, err)
			})
		}
	}
}

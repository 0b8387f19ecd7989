package simulator

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/message"
	"github.com/millrace/millrace/property"
)

// writer writes a device's messages, without allocating. It belongs to one goroutine.
type writer struct {
	device   string
	further  int    // how many further properties
	value    string // of each of the further properties
	content  []byte
	sequence number // of the latest message
	again    bool   // it was not published, and is to be written again
	clock    clock

	sequenceKey, timestampKey property.Key
}

func newWriter(s *simulator, out *engine.Publisher) *writer {
	w := &writer{
		device:   s.device,
		further:  s.count,
		value:    strings.Repeat("p", s.size),
		content:  bytes.Repeat([]byte("m"), s.content),
		sequence: newNumber(),
		clock:    newClock(),

		sequenceKey:  out.Key(keySequence),
		timestampKey: out.Key(keyTimestamp),
	}
	return w
}

// fill writes what all messages have in common.
func (w *writer) fill(d message.Draft) {
	d.Set(keyDevice, w.device)
	d.Set(keyCount, strconv.Itoa(w.further))
	for i := range w.further {
		d.Set("property"+strconv.Itoa(i), w.value)
	}
}

// write fills the next message, which began as the template. Its mistakes, if any, are the draft's.
func (w *writer) write(d message.Draft) {
	if !w.again {
		w.sequence.increment()
	}
	w.again = false
	d.SetKeyBytes(w.sequenceKey, w.sequence.text())
	d.SetKeyBytes(w.timestampKey, w.clock.text())
	d.SetContent(w.content)
}

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
	count    string
	value    string // of each of the further properties
	content  []byte
	sequence number // of the latest message
	clock    clock

	deviceKey, sequenceKey, timestampKey, countKey property.Key
	furtherKeys                                    []property.Key
}

func newWriter(s *simulator, out *engine.Publisher) *writer {
	w := &writer{
		device:   s.device,
		count:    strconv.Itoa(s.count),
		value:    strings.Repeat("p", s.size),
		content:  bytes.Repeat([]byte("m"), s.content),
		sequence: newNumber(),
		clock:    newClock(),

		deviceKey:    out.Key(keyDevice),
		sequenceKey:  out.Key(keySequence),
		timestampKey: out.Key(keyTimestamp),
		countKey:     out.Key(keyCount),
	}
	for i := range s.count {
		w.furtherKeys = append(w.furtherKeys, out.Key("property"+strconv.Itoa(i)))
	}
	return w
}

// write fills the next message. Its mistakes, if any, are the draft's.
func (w *writer) write(d message.Draft) {
	w.sequence.increment()
	d.SetKey(w.deviceKey, w.device)
	d.SetKeyBytes(w.sequenceKey, w.sequence.text())
	d.SetKeyBytes(w.timestampKey, w.clock.text())
	d.SetKey(w.countKey, w.count)
	for _, key := range w.furtherKeys {
		d.SetKey(key, w.value)
	}
	d.SetContent(w.content)
}

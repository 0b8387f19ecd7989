package bench

import (
	"bytes"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/message"
	"github.com/millrace/millrace/property"
)

// The keys that every message has beside its scenario's own.
const (
	keyKind  = "kind"
	keyStamp = "stamp"
)

var kindNames = [kinds]string{"0", "1", "2", "3"}

// form writes the messages of a scenario and knows their bytes:
//
//	wire header │ the scenario's properties │ kind │ stamp │ length, content
type form struct {
	properties  []keyed
	kind, stamp property.Key
	content     []byte
	fixed       []byte // image of the scenario's properties on the wire
	size        int    // of the whole wire image, bytes
}

type keyed struct {
	key   property.Key
	value string
}

const (
	wireHeader = 10 // bytes before the first property
	wireLength = 4  // bytes before the content
)

func newForm(e *engine.Engine, s Scenario) *form {
	f := &form{kind: e.Key(keyKind), stamp: e.Key(keyStamp), content: make([]byte, s.Content)}
	for i := range f.content {
		f.content[i] = byte(i*7 + i>>8)
	}
	for _, p := range s.properties {
		f.properties = append(f.properties, keyed{e.Key(p.key), p.value})
		f.fixed = append(append(append(append(f.fixed, p.key...), 0), p.value...), 0)
	}
	f.size = wireHeader + len(f.fixed) + len(keyKind) + 1 + len(kindNames[0]) + 1 +
		len(keyStamp) + 1 + stampBytes + 1 + wireLength + len(f.content)
	return f
}

// write fills a draft. Mistakes come out when it is published.
func (f *form) write(d message.Draft, s stamp) {
	for i := range f.properties {
		d.SetKey(f.properties[i].key, f.properties[i].value)
	}
	d.SetKey(f.kind, kindNames[s.sequence%kinds])
	f.sign(d, s)
	d.SetContent(f.content)
}

// sign sets the stamp, or replaces it.
func (f *form) sign(d message.Draft, s stamp) {
	var text [stampBytes]byte
	s.put(&text)
	d.SetKey(f.stamp, string(text[:]))
}

// read returns a message's stamp, and whether all the rest is as it was written.
func (f *form) read(m message.Message) (s stamp, whole bool) {
	value, _ := m.Properties().Find(f.stamp)
	s, ok := readStamp(value)
	if !ok {
		return stamp{}, false
	}
	wire := m.Wire()
	whole = len(wire) == f.size &&
		bytes.Equal(wire[wireHeader:wireHeader+len(f.fixed)], f.fixed) &&
		bytes.Equal(wire[len(wire)-len(f.content):], f.content)
	return s, whole
}

package main

import (
	"github.com/millrace/millrace/message"
	"github.com/millrace/millrace/property"
)

// form writes and reads the jobs' message the way a module does that knows its keys beforehand.
type form struct {
	keys   [len(properties)]property.Key
	wanted property.Key
}

func newForm(intern func(string) property.Key) *form {
	f := &form{wanted: intern(wantedKey)}
	for i := range properties {
		f.keys[i] = intern(properties[i][0])
	}
	return f
}

func (f *form) write(d message.Draft) {
	for i := range f.keys {
		d.SetKey(f.keys[i], properties[i][1])
	}
	d.SetContent(content)
}

func (f *form) right(m message.Message) bool {
	value, _ := m.Properties().Find(f.wanted)
	return string(value) == wantedValue
}

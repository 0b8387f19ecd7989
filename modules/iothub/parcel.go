package iothub

import (
	"bytes"

	"github.com/millrace/millrace/message"
)

// address is the device that a message belongs to. Its bytes are the message's.
type address struct {
	name, key []byte
	registers bool // the message only says that the device is there
}

// addressee reads whom a message is for, or reports that it is not for this module. As in v1 it
// must come from the mapping, or register a device, and say nothing to the contrary.
func addressee(m message.Message) (a address, ok bool) {
	source, sourced := m.Property(propertySource)
	function, functional := m.Property(propertyFunction)
	switch {
	case !sourced && !functional,
		sourced && string(source) != fromMapping,
		functional && string(function) != register:
		return address{}, false
	}
	name, named := m.Property(propertyName)
	key, keyed := m.Property(propertyKey)
	return address{name, key, functional}, named && keyed
}

// newParcel copies what goes to the hub.
func newParcel(device string, m message.Message) *parcel {
	id, _ := m.Property(propertyID)
	return &parcel{
		topic:   appendBag(eventsTopic(device), m),
		content: bytes.Clone(m.Content()),
		id:      string(id),
	}
}

// The largest message the hub takes, in bytes, properties included; and the longest topic that
// MQTT can write.
const (
	messageMax = 256 << 10
	topicMax   = 1<<16 - 1
)

// tooLarge tells whether the hub would end the connection over the message.
func (p *parcel) tooLarge() bool {
	return len(p.topic) > topicMax || len(p.topic)+len(p.content) > messageMax
}

// clip shortens what somebody else wrote to what a line can hold.
func clip(text string) string {
	const most = 64
	if len(text) > most {
		return text[:most] + "…"
	}
	return text
}

package iothub

import (
	"net/url"
	"strings"

	"github.com/millrace/millrace/message"
)

// The properties that v1's modules agree on, and their values.
const (
	propertySource   = "source"
	propertyName     = "deviceName"
	propertyKey      = "deviceKey"
	propertyFunction = "deviceFunction"
	propertyID       = "iotHubMessageId"
	propertyStatus   = "iotHubMessageDeliveryStatus"

	fromMapping = "mapping"
	fromCloud   = "iothub"
	register    = "register"
)

// eventsTopic is where a device's messages to the cloud go; their properties follow.
func eventsTopic(device string) string { return "devices/" + device + "/messages/events/" }

// boundTopic is where a device's messages from the cloud come; their properties follow.
func boundTopic(device string) string { return "devices/" + device + "/messages/devicebound/" }

// appendBag appends the message's properties to a topic as the hub wants them: name=value, joined
// by &, everything else percent-encoded. As in v1 the two that identify the device stay here.
func appendBag(topic string, m message.Message) string {
	var b strings.Builder
	b.WriteString(topic)
	view := m.Properties()
	for i := range view.Len() {
		key, value := view.At(i)
		if string(key) == propertyName || string(key) == propertyKey {
			continue
		}
		if b.Len() > len(topic) {
			b.WriteByte('&')
		}
		b.WriteString(escape(string(key)))
		b.WriteByte('=')
		b.WriteString(escape(string(value)))
	}
	return b.String()
}

// escape percent-encodes a text for a property bag, in which a plus sign is a plus sign.
func escape(text string) string { return strings.ReplaceAll(url.QueryEscape(text), "+", "%20") }

// property is one of a message from the cloud.
type property struct{ name, value string }

// parseBag takes a property bag apart. As in v1 only what an application has set is kept: the
// hub's own properties begin with $. or iothub-.
func parseBag(bag string) []property {
	var list []property
	for pair := range strings.SplitSeq(bag, "&") {
		name, value, _ := strings.Cut(pair, "=")
		p := property{unescape(name), unescape(value)}
		hubsOwn := strings.HasPrefix(p.name, "$.") || strings.HasPrefix(p.name, "iothub-")
		if p.name != "" && !hubsOwn {
			list = append(list, p)
		}
	}
	return list
}

// unescape leaves a text that is not percent-encoded properly as it is.
func unescape(text string) string {
	if plain, err := url.PathUnescape(text); err == nil {
		return plain
	}
	return text
}

// nameMax is the length of the longest device name that the hub allows.
const nameMax = 128

// usable tells whether a device of that name can connect. The hub also allows # in names, which
// cannot be part of a topic that is published to.
func usable(name []byte) bool {
	if len(name) == 0 || len(name) > nameMax {
		return false
	}
	for _, c := range name {
		letter := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
		if !letter && !strings.ContainsRune("-.%_*?!(),:=@$'", rune(c)) {
			return false
		}
	}
	return true
}

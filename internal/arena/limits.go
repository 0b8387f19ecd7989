package arena

import (
	"errors"
	"fmt"
)

// Why a message was refused. They reach the publisher from Draft.Err and Publish, wrapped with the
// key or the size concerned.
var (
	// ErrExhausted: the arena is at its cap and the caller may not or will not wait.
	ErrExhausted = errors.New("message: memory exhausted")
	// ErrOpenDrafts: a claim would wait for memory that is in drafts which themselves wait, its own or
	// those of others: publish or abort some first. It is an ErrExhausted.
	ErrOpenDrafts = fmt.Errorf("%w: it is in open drafts that wait for it", ErrExhausted)
	// ErrBeyondMemory: the message is larger than all the memory of its module.
	ErrBeyondMemory = errors.New("message: larger than the module's memory")
	// ErrProperties: more properties than Limits.Properties.
	ErrProperties = errors.New("message: too many properties")
	// ErrPropertyBytes: keys and values together are larger than Limits.PropertyBytes.
	ErrPropertyBytes = errors.New("message: properties too large")
	// ErrContent: the content is larger than Limits.Content.
	ErrContent = errors.New("message: content too large")
	// ErrNUL: a key or value holds a NUL byte, which the wire format cannot carry.
	ErrNUL = errors.New("message: NUL in property")
	// ErrOrder: a property was set or deleted after the content.
	ErrOrder = errors.New("message: property after content")
	// ErrSpent: the draft was published or aborted before.
	ErrSpent = errors.New("message: draft already published or aborted")
)

// Limits bound one message. A zero field means its default.
type Limits struct {
	Properties    int // how many; default 64
	PropertyBytes int // keys, values and a NUL after each; default 16 KiB
	Content       int // bytes; default 1 MiB, at most 1 GiB
}

// The defaults of Limits.
const (
	DefaultProperties    = 64
	DefaultPropertyBytes = 16 << 10
	DefaultContent       = 1 << 20

	maxPropertyBytes = 1 << 28
	maxContent       = 1 << 30
)

func (l Limits) withDefaults() Limits {
	return Limits{
		Properties:    orDefault(l.Properties, DefaultProperties, 1<<20),
		PropertyBytes: orDefault(l.PropertyBytes, DefaultPropertyBytes, maxPropertyBytes),
		Content:       orDefault(l.Content, DefaultContent, maxContent),
	}
}

func orDefault(value, otherwise, most int) int {
	if value <= 0 {
		value = otherwise
	}
	return min(value, most)
}

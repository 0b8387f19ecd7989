package message

import "github.com/millrace/millrace/internal/arena"

// Why a message was refused. They reach the publisher from Draft.Err and Publish, wrapped with the
// key or the size concerned.
var (
	// ErrExhausted: the module's memory is at its cap and the caller may not or will not wait.
	ErrExhausted = arena.ErrExhausted
	// ErrOpenDrafts: a claim would wait for memory that is in drafts which themselves wait, its own or
	// those of others: publish or abort some first. It is an ErrExhausted too.
	ErrOpenDrafts = arena.ErrOpenDrafts
	// ErrBeyondMemory: the message is larger than all the memory of its module, and will never fit.
	ErrBeyondMemory = arena.ErrBeyondMemory
	// ErrProperties: more properties than Limits.Properties.
	ErrProperties = arena.ErrProperties
	// ErrPropertyBytes: keys and values together are larger than Limits.PropertyBytes.
	ErrPropertyBytes = arena.ErrPropertyBytes
	// ErrContent: the content is larger than Limits.Content.
	ErrContent = arena.ErrContent
	// ErrNUL: a key or value holds a NUL byte, which the wire format cannot carry.
	ErrNUL = arena.ErrNUL
	// ErrOrder: a property was set or deleted after the content.
	ErrOrder = arena.ErrOrder
	// ErrKey: a property was set by the zero property.Key, or by one of another engine.
	ErrKey = arena.ErrKey
	// ErrUnfinished: the function given to AppendContent did not return.
	ErrUnfinished = arena.ErrUnfinished
	// ErrSpent: the draft was published or aborted before.
	ErrSpent = arena.ErrSpent
	// ErrAsked: somebody asked about the draft before.
	ErrAsked = arena.ErrAsked
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
)

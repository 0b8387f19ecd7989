package arena

import (
	"errors"
	"fmt"

	"github.com/millrace/millrace/internal/layout"
)

// Why a message was refused. They reach the publisher from Draft.Err and Publish, wrapped with the
// key or the size concerned. Package message says what each means.
var (
	ErrExhausted = errors.New("message: memory exhausted")
	// ErrOpenDrafts: a claim would wait for memory that is in drafts which themselves wait, its own or
	// those of others: publish or abort some first. It is an ErrExhausted.
	ErrOpenDrafts = fmt.Errorf("%w: it is in open drafts that wait for it", ErrExhausted)
	// ErrBeyondMemory: the message is larger than all the memory of its module.
	ErrBeyondMemory = errors.New("message: larger than the module's memory")
	ErrSpent        = errors.New("message: draft already published or aborted")
	ErrAsked        = errors.New("message: draft already asked about")

	ErrProperties    = layout.ErrProperties
	ErrPropertyBytes = layout.ErrPropertyBytes
	ErrContent       = layout.ErrContent
	ErrNUL           = layout.ErrNUL
	ErrOrder         = layout.ErrOrder
	ErrKey           = layout.ErrKey
	ErrUnfinished    = layout.ErrUnfinished
)

// Limits bound one message.
type Limits = layout.Limits

// The defaults of Limits.
const (
	DefaultProperties    = layout.DefaultProperties
	DefaultPropertyBytes = layout.DefaultPropertyBytes
	DefaultContent       = layout.DefaultContent
)

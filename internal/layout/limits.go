package layout

import "errors"

// Why a record cannot be written as it was asked for, wrapped with the key or the size concerned.
var (
	ErrProperties    = errors.New("message: too many properties")
	ErrPropertyBytes = errors.New("message: properties too large")
	ErrContent       = errors.New("message: content too large")
	ErrNUL           = errors.New("message: NUL in property")
	ErrOrder         = errors.New("message: property after content")
	ErrKey           = errors.New("message: key of another engine")
	ErrUnfinished    = errors.New("message: content not finished")
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

	maxProperties    = 1 << 20
	maxPropertyBytes = 1 << 28
	maxContent       = 1 << 30
)

// Widest returns the widest limits there are.
func Widest() Limits { return Limits{maxProperties, maxPropertyBytes, maxContent} }

func (l Limits) withDefaults() Limits {
	return Limits{
		Properties:    orDefault(l.Properties, DefaultProperties, maxProperties),
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

//go:build assert

package moduletest

import (
	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/message"
)

// In assertion builds a message that is read too late is caught.
func init() {
	f := faulty["fails to receive"]
	f.says = "panic"
	f.make = func() *subject {
		var kept []message.Message
		return &subject{
			receive: func(_ *engine.Publisher, m message.Message) error {
				kept = append(kept, m)
				return nil
			},
			close: func() error {
				_ = kept[0].Content()
				return nil
			},
		}
	}
	faulty["reads a message too late"] = f
}

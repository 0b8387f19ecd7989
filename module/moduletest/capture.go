package moduletest

import (
	"bytes"
	"strings"
)

// capture is a buffer for many goroutines. The zero value is empty and ready.
type capture struct {
	news
	text bytes.Buffer
}

func (c *capture) Write(p []byte) (n int, err error) {
	c.change(func() { n, err = c.text.Write(p) })
	return n, err
}

func (c *capture) String() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.text.String()
}

// awaitText reports whether the text holds a part before the patience ends.
func (c *capture) awaitText(part string) bool {
	return c.await(patience, func() bool { return strings.Contains(c.text.String(), part) })
}

package cli

import (
	"strings"

	"github.com/mattn/go-runewidth"
)

// width is how many columns output has at most, where words allow it.
const width = 80

// Wrap breaks a line between words so that it fits into 80 columns; what follows is indented.
func Wrap(line, indent string) string {
	var b strings.Builder
	text := strings.TrimLeft(line, " ")
	begin := line[:len(line)-len(text)]
	used := 0
	for i, word := range strings.Split(text, " ") {
		n := runewidth.StringWidth(word)
		switch {
		case i == 0:
			b.WriteString(begin)
			used = len(begin)
		case used+1+n > width:
			b.WriteString("\n" + indent)
			used = len(indent)
		default:
			b.WriteByte(' ')
			used++
		}
		b.WriteString(word)
		used += n
	}
	return b.String()
}

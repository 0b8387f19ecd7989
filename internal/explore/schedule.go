package explore

import (
	"fmt"
	"strconv"
	"strings"
)

// A schedule as text: a letter for the thread that runs and for how many operations ("a3b" is three
// of the first thread and one of the second), "+2" for a value that Choose returned.

func scheduleText(list []choice) string {
	var b strings.Builder
	for i := 0; i < len(list); {
		c := list[i]
		if c.isValue {
			fmt.Fprintf(&b, "+%d", c.value)
			i++
			continue
		}
		from := i
		for i < len(list) && list[i] == c {
			i++
		}
		b.WriteByte(byte('a' + c.value))
		if i-from > 1 {
			b.WriteString(strconv.Itoa(i - from))
		}
	}
	return b.String()
}

// parseSchedule reads what scheduleText wrote.
func parseSchedule(text string) ([]choice, error) {
	var list []choice
	for rest := text; rest != ""; {
		letter := rest[0]
		digits := len(rest[1:]) - len(strings.TrimLeft(rest[1:], "0123456789"))
		number, err := strconv.Atoi(rest[1 : 1+digits])
		switch {
		case letter == '+' && err == nil:
			list = append(list, choice{number, true})
		case letter < 'a' || letter >= 'a'+MaxThreads || digits > 0 && (err != nil || number > 1<<20):
			return nil, fmt.Errorf("explore: schedule %q: %q is neither a thread nor a value", text, rest)
		default:
			for range max(number, 1) {
				list = append(list, choice{value: int(letter - 'a')})
			}
		}
		rest = rest[1+digits:]
	}
	return list, nil
}

// replay follows a schedule that was found before.
type replay struct {
	list []choice
}

func (r *replay) thread(x *Run, enabled set) int {
	if len(r.list) > 0 && !r.list[0].isValue && enabled.has(r.list[0].value) {
		return r.take()
	}
	if len(r.list) > 0 {
		x.fail("the schedule does not fit this program: " + scheduleText(r.list) + " is left")
		return nobody
	}
	if enabled == 0 {
		return nobody
	}
	return enabled.first()
}

func (r *replay) value(n int) int {
	if len(r.list) > 0 && r.list[0].isValue && r.list[0].value < n {
		return r.take()
	}
	return 0
}

func (r *replay) take() int {
	c := r.list[0]
	r.list = r.list[1:]
	return c.value
}

func (r *replay) observe(*Run, *event) {}

package explore

import (
	"slices"
	"testing"
)

func TestScheduleText(t *testing.T) {
	a, b, f, two := choice{value: 0}, choice{value: 1}, choice{value: 5}, choice{2, true}
	for want, list := range map[string][]choice{
		"":        nil,
		"a":       {a},
		"a2b":     {a, a, b},
		"f+2+2a3": {f, two, two, a, a, a},
	} {
		if got := scheduleText(list); got != want {
			t.Errorf("%v is %q, wanted %q", list, got, want)
		}
		if got, err := parseSchedule(want); err != nil || !slices.Equal(got, list) {
			t.Errorf("%q is %v, %v", want, got, err)
		}
	}
}

package outprocess

import (
	"slices"
	"testing"
)

func TestEnvironment(t *testing.T) {
	all := []string{"PATH=/bin", "DEVICE_KEY=secret", "HOME=/root", "AWS_SECRET=x", "PATHOLOGY=y"}
	own := []string{"KEY=1", "HOME=/elsewhere"}
	want := []string{"PATH=/bin", "HOME=/root", "KEY=1", "HOME=/elsewhere"}
	if got := environment(all, own); !slices.Equal(got, want) {
		t.Errorf("got %v; want %v", got, want)
	}
	if got := environment(nil, nil); got == nil { // which exec takes for all that the gateway has
		t.Error("nil")
	}
}

//go:build unix

package logger

import "testing"

// A link of root's, or of this user's, is followed; nobody else's is.
func TestWhoseLinksAreFollowed(t *testing.T) {
	for _, c := range []struct {
		owner, user int
		want        bool
	}{{0, 0, true}, {0, 1000, true}, {1000, 1000, true}, {1, 1000, false}, {1000, 1, false}, {1000, 0, false}} {
		if got := ownedBy(c.owner, c.user); got != c.want {
			t.Errorf("%d's, for %d: %v", c.owner, c.user, got)
		}
	}
}

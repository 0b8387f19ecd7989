package engine

import (
	"testing"

	"github.com/millrace/millrace/internal/arena"
	"github.com/millrace/millrace/message"
)

// Each may take a batch in any order, and a message that is in it twice: each place is found once, the one
// behind the last first, and what is not in the batch nowhere.
func TestProgressFindsItsPlace(t *testing.T) {
	made := make([]message.Message, 4)
	for i := range made {
		var err error
		if made[i], err = message.New(nil, []byte{byte(i)}); err != nil {
			t.Fatal(err)
		}
	}
	a, b, c, stranger := made[0], made[1], made[2], made[3]
	var p progress
	p.begin([]entry{{m: arena.Message(a)}, {m: arena.Message(b)}, {m: arena.Message(a)}, {m: arena.Message(c)}})
	for step, want := range []struct {
		m       message.Message
		at      int
		reached int
	}{
		{c, 3, 0}, {b, 1, 0}, {stranger, nowhere, 0}, {a, 2, 0}, {a, 0, 1}, {a, 2, 3},
	} {
		p.enter()
		p.reach(want.m)
		if p.at != want.at || p.reached() != want.reached {
			t.Errorf("step %d: at %d, %d reached, want %+v", step, p.at, p.reached(), want)
		}
		p.pass()
		p.leave()
	}
}

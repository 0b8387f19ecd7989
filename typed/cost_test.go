package typed_test

import (
	"testing"
	"time"

	"github.com/millrace/millrace/internal/assert"
	"github.com/millrace/millrace/typed"
)

type costly struct {
	Site     string        `property:"site,static"`
	Device   string        `property:"device"`
	N        int           `property:"n"`
	Float    float64       `property:"float"`
	Float32  float32       `property:"float32"`
	Fixed    float64       `property:"fixed,decimals=2"`
	On       bool          `property:"on"`
	At       time.Time     `property:"at"`
	Lasted   time.Duration `property:"lasted"`
	Optional int           `property:"optional,omitzero"`
	Pointer  *int          `property:"pointer"`
	Bytes    []byte        `property:"bytes,shared"`
	Content  []byte        `content:"raw,shared"`
}

// Neither publishing nor receiving allocates, one by one or in batches.
func TestNothingAllocates(t *testing.T) {
	if assert.Enabled {
		t.Skip("assertions remember stacks")
	}
	l, received := newLine[costly](t), 0
	l.each = func(costly) { received++ }
	v := costly{
		Site: "here", Device: "oven", N: 7, Float: 21.5, Float32: 0.1, Fixed: 1, On: true, At: time.Unix(1, 0),
		Lasted: time.Millisecond, Bytes: []byte("bytes"), Content: make([]byte, 256),
	}
	ctx, batch := t.Context(), make([]costly, 64)
	round := func() {
		for i := range batch {
			v.N, v.Device = i, []string{"oven", "freezer", "boiler"}[i%3]
			batch[i] = v
			check(t, l.writer.Publish(ctx, l.out, v))
		}
		check(t, l.writer.PublishBatch(ctx, l.out, batch))
		check(t, l.sink.AwaitIdle(ctx))
	}
	awaiting := testing.AllocsPerRun(100, func() { check(t, l.sink.AwaitIdle(ctx)) })
	if n := testing.AllocsPerRun(100, round); n > awaiting || received != 101*128 {
		t.Errorf("%v allocations in a round of 128 messages (%v of them for waiting), %d were received; %v", n, awaiting, received, l.bad)
	}
}

// A pointer that is written costs nothing; a codec costs what it does itself.
func TestWritingPointersAndCodecsDoesNotAllocate(t *testing.T) {
	if assert.Enabled {
		t.Skip("assertions remember stacks")
	}
	type pointed struct {
		P *int  `property:"p"`
		C *pair `content:"codec"`
	}
	l, one := newLine[pointed](t, typed.Content(pairCodec{})), 1
	v := pointed{&one, &pair{1, 2}}
	if n := testing.AllocsPerRun(100, func() { need(l.writer.Claim(t.Context(), l.out, v))(t).Abort() }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

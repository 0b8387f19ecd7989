package ring_test

import (
	"errors"
	"fmt"

	"github.com/millrace/millrace/internal/park"
	"github.com/millrace/millrace/ring"
)

// A producer pushes batches and waits while the ring is full; the consumer drains batches and
// sleeps while it is empty.
func Example() {
	r := ring.New[int](4, park.NewBell())

	go func() {
		w := park.NewWaiter()
		for rest := []int{1, 2, 3, 4, 5, 6, 7, 8, 9}; len(rest) > 0; {
			n, err := r.Push(rest)
			rest = rest[n:]
			if errors.Is(err, ring.ErrFull) {
				r.Wait(w, nil, 0)
			}
		}
		r.Close()
	}()

	sum, batch := 0, make([]int, 4)
	for !r.Drained() {
		n := r.Drain(batch)
		for _, v := range batch[:n] {
			sum += v
		}
		if n == 0 {
			r.Sleep()
		}
	}
	fmt.Println(sum)
	// Output: 45
}

// A producer that must not wait makes room by taking the oldest element out.
func ExampleShared() {
	s := ring.NewShared[string](2)
	for _, v := range []string{"a", "b", "c", "d"} {
		for errors.Is(s.Push(v), ring.ErrFull) {
			oldest, _ := s.Pop()
			fmt.Println("dropped", oldest)
		}
	}
	v, _ := s.Pop()
	fmt.Println("next", v)
	// Output:
	// dropped a
	// dropped b
	// next c
}

// An overflow has no bound of its own; its consumer takes all there is.
func ExampleOverflow() {
	var s ring.Overflow[string]
	_ = s.Push("a")
	_ = s.Push("b")
	fmt.Println(s.TakeAll(nil))
	_ = s.Push("c")
	fmt.Println(s.Close(nil), s.Push("d"))
	// Output:
	// [a b]
	// [c] ring: closed
}

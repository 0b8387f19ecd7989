package ring

// Keep has what room there is kept for producers that called it, until each has called EndKeep. One that
// waited, was woken and found that others had taken the room calls it, so that it does not wait in vain
// again and again. It returns false, and keeps nothing, when the ring is closed or too many have called.
// Any goroutine may call it.
func (r *Ring[T]) Keep() bool {
	for {
		word := r.tail.Load()
		if word&closed != 0 || word&keepers == keepers {
			return false
		}
		if r.tail.CompareAndSwap(word, word+keeper) {
			return true
		}
	}
}

// EndKeep takes a Keep back that returned true.
func (r *Ring[T]) EndKeep() {
	// SYNC POINT: wait queue. Who was told that the room is kept has joined the queue since, or looks again.
	tail := r.tail.Add(^uint64(keeper - 1))
	if tail&keepers == 0 {
		r.room.Wake(int(max(r.free(tail), 0)))
	}
}

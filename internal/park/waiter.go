package park

// A Waiter alone serves a queue that is not a WaitQueue. Who keeps the queue owes the waiter one wake-up at
// most: it wakes once, and again only after the waiter said, under the queue's lock, that it had it.

// Wake makes Sleep return, now or when it is called.
func (w *Waiter) Wake() { w.token.give() }

// Sleep blocks until Wake or until done is closed; then a wake-up may still be under way.
func (w *Waiter) Sleep(done <-chan struct{}) Outcome { return w.sleep(done, 0) }

// Take takes a wake-up that was given.
func (w *Waiter) Take() { w.token.take() }

package arena

// feed serves the line as far as there is memory. Whoever gives memory back while there is a line, or
// joins it, calls it: so if somebody is left in line no shard is listed, and who makes something free
// in one notices that. Arena.mu is held.
func (a *Arena) feed() {
	for r := a.line.first; r != nil; r = a.line.first {
		switch {
		case a.hopeless(r):
			a.end(r, ErrOpenDrafts)
		case a.serve(r):
			if r.inLine {
				a.end(r, nil)
			}
		default:
			return
		}
	}
}

// serve gets a request what it wants from the stock, from bytes that are not reserved, and from what is
// free in shards: there as an image of its class, else by dropping images of others. Arena.mu is held.
func (a *Arena) serve(r *request) bool {
	for {
		if r.block == nil && r.image == nil && !r.again && r.class < large {
			r.image = a.stock.take(r.class)
		}
		switch {
		case r.block != nil || r.image != nil || r.again:
			a.refund(r)
			return true
		case a.fill(r):
			return true
		case a.stock.drop(&a.used):
		case !a.sweep(r):
			return false
		}
	}
}

// fill reserves what it can of the bytes that a request still needs, and tells whether that is all.
func (a *Arena) fill(r *request) bool {
	for r.got < r.bytes {
		used := a.used.Load()
		part := min(a.most-used, r.bytes-r.got)
		if part <= 0 {
			return false
		}
		if a.used.CompareAndSwap(used, used+part) {
			r.got += part
		}
	}
	return true
}

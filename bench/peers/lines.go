package main

import "sync"

// line is a queue in front of a stage or sink. take returns false once it is closed and empty.
type line[T any] interface {
	put(v T)
	take() (T, bool)
	close()
}

// work is what goroutines do with what the lines carry: one message, or several.
type work[T any] struct {
	each  int           // messages in a T
	fresh func(i int) T // the i-th, written by a source
	again func(T) T     // made by a stage from what it received
	right func(T) int   // how many messages are right
}

// lines does a job with one goroutine a module and a queue in front of each.
type lines[T any, L line[T]] struct {
	job    job
	work   work[T]
	queues []L // of the stages, then of the sinks
	sinks  *sinks
	ended  sync.WaitGroup
}

func openLines[T any, L line[T]](j job, newLine func() L, w work[T]) (rig, error) {
	r := &lines[T, L]{job: j, work: w, sinks: newSinks(j.sinks)}
	for range j.stages + j.sinks {
		r.queues = append(r.queues, newLine())
	}
	for i := range j.stages {
		r.ended.Go(func() { r.stage(i) })
	}
	for i := range j.sinks {
		r.ended.Go(func() { r.sink(i) })
	}
	return r, nil
}

// after returns the queues that the i-th stage, or with -1 a source, leads to.
func (r *lines[T, L]) after(i int) []L {
	if i+1 < r.job.stages {
		return r.queues[i+1 : i+2]
	}
	return r.queues[r.job.stages:]
}

func (r *lines[T, L]) stage(i int) {
	next := r.after(i)
	for {
		v, ok := r.queues[i].take()
		if !ok {
			return
		}
		v = r.work.again(v)
		for _, q := range next {
			q.put(v)
		}
	}
}

func (r *lines[T, L]) sink(i int) {
	q, k := r.queues[r.job.stages+i], &r.sinks.all[i]
	for {
		v, ok := q.take()
		if !ok {
			return
		}
		right := r.work.right(v)
		for n := range r.work.each {
			k.took(n < right)
		}
	}
}

func (r *lines[T, L]) send(n int) error {
	r.sinks.expect(n)
	next := r.after(-1)
	err := feed(r.job.sources, n, func(_, n int) error {
		for sent := 0; sent < n; sent += r.work.each {
			v := r.work.fresh(sent)
			for _, q := range next {
				q.put(v)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return r.sinks.wait()
}

func (r *lines[T, L]) close() error {
	for _, q := range r.queues {
		q.close()
	}
	r.ended.Wait()
	return r.sinks.verify()
}

// prebuilt carries one message over and over; nothing is written.
func prebuilt() work[*parcel] {
	p := new(parcel)
	p.write(jobs[0], 0)
	return work[*parcel]{
		each:  1,
		fresh: func(int) *parcel { return p },
		again: func(p *parcel) *parcel { return p },
		right: rightParcel,
	}
}

// allocated makes each message anew.
func allocated(j job) work[*parcel] {
	return work[*parcel]{
		each: 1,
		fresh: func(i int) *parcel {
			p := new(parcel)
			p.write(j, i)
			return p
		},
		again: func(p *parcel) *parcel {
			q := *p
			return &q
		},
		right: rightParcel,
	}
}

func rightParcel(p *parcel) int {
	if p.right() {
		return 1
	}
	return 0
}

// batched makes 64 messages at a time in one allocation.
func batched(j job) work[[]parcel] {
	return work[[]parcel]{
		each: batchSize,
		fresh: func(first int) []parcel {
			ps := make([]parcel, batchSize)
			for i := range ps {
				ps[i].write(j, first+i)
			}
			return ps
		},
		again: func(ps []parcel) []parcel {
			qs := make([]parcel, len(ps))
			copy(qs, ps)
			return qs
		},
		right: func(ps []parcel) (n int) {
			for i := range ps {
				n += rightParcel(&ps[i])
			}
			return n
		},
	}
}

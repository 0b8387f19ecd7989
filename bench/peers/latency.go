package main

import (
	"context"
	"encoding/binary"
	"fmt"
	"runtime"
	"slices"
	"time"

	"github.com/millrace/millrace/bench/yardstick"
	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/message"
)

// offer is an open loop: messages at a rate, each with an intended send time that its latency
// counts from. Every message is published alone.
type offer struct {
	job  job
	rate int           // messages a second
	long time.Duration // how long
}

var offers = []offer{
	{jobs[0], 100_000, 100 * time.Millisecond},
	{jobs[5], 10_000, 100 * time.Millisecond},
}

func (o offer) String() string { return fmt.Sprintf("%s at %d/s", o.job.name, o.rate) }

// watch paces one source and takes one sink's latencies.
type watch struct {
	zero  time.Time
	gap   time.Duration
	sent  int
	taken []time.Duration
}

func newWatch(o offer) *watch {
	messages := int(o.long.Seconds() * float64(o.rate))
	return &watch{gap: time.Second / time.Duration(o.rate), taken: make([]time.Duration, 0, messages)}
}

// next waits until the next message is due and returns when that was, since the first.
func (w *watch) next() time.Duration {
	if w.sent == 0 {
		w.zero = time.Now()
	}
	due := time.Duration(w.sent) * w.gap
	w.sent++
	for time.Since(w.zero) < due {
		runtime.Gosched() //nolint:forbidigo // a load generator, not a wait of the engine
	}
	return due
}

func (w *watch) arrived(due time.Duration) { w.taken = append(w.taken, time.Since(w.zero)-due) }

// percentile of the latencies, from 0 to 1.
func (w *watch) percentile(p float64) time.Duration {
	slices.Sort(w.taken)
	return w.taken[int(p*float64(len(w.taken)-1))]
}

// timed is a parcel that knows when it was due.
type timed struct {
	parcel
	due time.Duration
}

func channelOffered(o offer, w *watch) (rig, error) {
	return openLines(o.job, newChannel[*timed](ringSize), work[*timed]{
		each: 1,
		fresh: func(i int) *timed {
			t := &timed{due: w.next()}
			t.write(o.job, i)
			return t
		},
		again: func(t *timed) *timed { return t }, // passed on, as the engine's stages do
		right: func(t *timed) int {
			w.arrived(t.due)
			return rightParcel(&t.parcel)
		},
	})
}

// timedCode writes content that begins with the time at which the message was due. It is of one source.
type timedCode struct {
	code
	watch   *watch
	pub     *engine.Publisher
	content []byte
}

func (t *timedCode) source(_ context.Context, pub *engine.Publisher) (source, error) {
	t.pub = pub
	return t, nil
}

// Claim returns a message when it is due.
func (t *timedCode) Claim(ctx context.Context) (message.Draft, error) {
	d, err := t.pub.Claim(ctx)
	if err != nil {
		return d, err
	}
	due := t.watch.next()
	t.form.WriteConstant(d)
	binary.LittleEndian.PutUint64(t.content, uint64(due))
	d.SetContent(t.content)
	return d, nil
}

func (t *timedCode) right(m message.Message) bool {
	t.watch.arrived(time.Duration(binary.LittleEndian.Uint64(m.Content())))
	return t.form.Right(m)
}

func engineOffered(o offer, w *watch) (rig, error) {
	return openBroker(o.job, 1, true, func(e *engine.Engine) coder {
		return &timedCode{code: newCode(e, o.job, yardstick.ByKeys), watch: w, content: make([]byte, contentSize)}
	})
}

// latency returns the median and the 99th percentile of one fresh run.
func latency(o offer, open func(offer, *watch) (rig, error)) (p50, p99 time.Duration, err error) {
	runtime.GC()
	w := newWatch(o)
	r, err := open(o, w)
	if err != nil {
		return 0, 0, err
	}
	err = r.send(cap(w.taken))
	if closing := r.close(); err == nil {
		err = closing
	}
	if err != nil {
		return 0, 0, err
	}
	return w.percentile(0.5), w.percentile(0.99), nil
}

package main

import (
	"cmp"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/millrace/millrace/bench/series"
)

// The names of figures, of which there is one a round.
func nsOf(peer string, j job) string          { return peer + ", " + j.name + ", ns a delivery" }
func ratioOf(ours, peer string, j job) string { return peer + " / " + ours + ", " + j.name }
func allocsOf(peer string, j job) string      { return peer + ", " + j.name + ", allocations" }
func latencyOf(what string, o offer) string   { return what + ", " + o.String() }

// costOf is the other way round: what we cost of what a floor costs.
func costOf(ours, floor string, j job) string { return ours + " of " + floor + ", " + j.name }

// contest is the whole comparison.
type contest struct {
	slice    time.Duration // how long one measurement should take
	only     string        // part of the names of the peers to measure
	load     string        // average of the machine, when it began
	figures  series.Series
	messages map[string]int // of one measurement, by peer and job
	failures map[string]error
	logf     func(format string, args ...any)
}

// round measures every peer once in every job, each between the two ways of using the engine, so
// that what drifts in the machine touches both sides of a ratio alike.
func (c *contest) round(n int) {
	ours := engines()
	for _, j := range jobs {
		for _, p := range peers() {
			if p.refusal(j) != "" || !strings.Contains(p.name, c.only) {
				continue
			}
			c.beside(n, j, p, ours)
		}
	}
	raw := rawQueues()
	for _, p := range raw[1:] {
		if ns, ok := c.visit(n, jobs[0], raw[0], p); ok {
			c.figures.Add(ratioOf(raw[0].name, p.name, jobs[0]), ns[1]/ns[0])
		}
	}
	for _, o := range offers {
		c.offered(n, o)
	}
	c.floorBeside(n)
	c.oneCore(n)
}

// floorBeside measures how much faster than a channel the floor itself is.
func (c *contest) floorBeside(n int) {
	for _, j := range []job{jobs[0], jobs[4]} {
		for _, copying := range channels() {
			if copying.name != channelCopied {
				continue
			}
			if ns, ok := c.visit(n, j, floors()[0], copying); ok {
				c.figures.Add(ratioOf(floorKeys, channelCopied, j), ns[1]/ns[0])
			}
		}
	}
}

// beside measures a peer beside every way of using the engine that suits the job.
func (c *contest) beside(n int, j job, p peer, ours []peer) {
	suited := []peer{p}
	for _, o := range ours {
		if o.refusal(j) == "" {
			suited = append(suited, o)
		}
	}
	ns, ok := c.visit(n, j, suited...)
	for i := 1; ok && i < len(suited); i++ {
		c.figures.Add(ratioOf(suited[i].name, p.name, j), ns[0]/ns[i])
		c.figures.Add(costOf(suited[i].name, p.name, j), ns[i]/ns[0])
	}
}

// visit measures peers one after the other, starting with another one in each round.
func (c *contest) visit(round int, j job, ps ...peer) (ns []float64, ok bool) {
	ns = make([]float64, len(ps))
	for k := range ps {
		i := (k + round) % len(ps)
		var err error
		if ns[i], err = c.measure(ps[i], j); err != nil {
			c.failures[ps[i].name+", "+j.name] = err
			c.logf("%s, %s: %v", ps[i].name, j.name, err)
			return nil, false
		}
	}
	return ns, true
}

// measure runs a peer afresh and returns how many ns a delivery took.
func (c *contest) measure(p peer, j job) (float64, error) {
	runtime.GC() // another peer's garbage is not this one's
	r, err := p.open(j)
	if err != nil {
		return 0, fmt.Errorf("setting up: %w", err)
	}
	ns, err := c.timed(r, p, j)
	if closing := r.close(); err == nil && closing != nil {
		err = fmt.Errorf("closing: %w", closing)
	}
	return ns, err
}

const (
	unit        = 4 * batchSize // what the numbers of messages are multiples of
	messagesMax = 1 << 20       // of one measurement
)

func (c *contest) timed(r rig, p peer, j job) (float64, error) {
	n, err := c.calibrate(r, p, j)
	if err != nil {
		return 0, err
	}
	if err := r.send(max(n/2/unit, 1) * unit); err != nil { // warm up
		return 0, err
	}
	took, allocs, err := clock(r, n)
	if err != nil {
		return 0, err
	}
	ns := float64(took) / float64(j.deliveries(n))
	c.figures.Add(nsOf(p.name, j), ns)
	c.figures.Add(allocsOf(p.name, j), allocs)
	return ns, nil
}

// calibrate returns how many messages fill a slice: so many that even the best of three tries does.
func (c *contest) calibrate(r rig, p peer, j job) (int, error) {
	key := nsOf(p.name, j)
	if n, known := c.messages[key]; known {
		return n, nil
	}
	n := unit
	for tries := 0; tries < 3 && n < messagesMax; tries++ {
		took, _, err := clock(r, n)
		if err != nil {
			return 0, err
		}
		if took < c.slice {
			n, tries = n*2, -1
		}
	}
	c.messages[key] = n
	return n, nil
}

// clock times one send and counts what it allocates for a message.
func clock(r rig, n int) (took time.Duration, allocs float64, err error) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start := time.Now()
	err = r.send(n)
	took = time.Since(start)
	runtime.ReadMemStats(&after)
	return took, float64(after.Mallocs-before.Mallocs) / float64(n), err
}

// offered measures the latencies of engine and channel at a rate.
func (c *contest) offered(round int, o offer) {
	sides := []func(offer, *watch) (rig, error){engineOffered, channelOffered}
	var p50, p99 [2]time.Duration
	for k := range sides {
		i := (k + round) % 2
		var err error
		if p50[i], p99[i], err = latency(o, sides[i]); err != nil {
			c.failures["latency, "+o.String()] = err
			c.logf("latency, %s: %v", o, err)
			return
		}
	}
	c.figures.Add(latencyOf("engine p50 ns", o), float64(p50[0]))
	c.figures.Add(latencyOf("channel p50 ns", o), float64(p50[1]))
	c.figures.Add(latencyOf("engine p99 ns", o), float64(p99[0]))
	c.figures.Add(latencyOf("channel p99 ns", o), float64(p99[1]))
	c.figures.Add(latencyOf("channel / engine p50", o), float64(p50[1])/float64(p50[0]))
	c.figures.Add(latencyOf("engine / channel p99", o), float64(p99[0])/float64(p99[1]))
}

// refusal returns why the peer cannot do the job, or "".
func (p peer) refusal(j job) string {
	if p.cannot == nil {
		return ""
	}
	return p.cannot(j)
}

// peers are all that is compared with the engine.
func peers() []peer {
	all := append(floors(), directCalls())
	all = append(all, channels()...)
	all = append(all, xsyncQueues()...)
	all = append(all, eventBuses()...)
	all = append(all, mangosInproc())
	all = append(all, natsServers()...)
	all = append(all, mochi(), watermillGoChannel())
	return append(all, bentos()...)
}

func (c *contest) failed() (names []string) {
	for name := range c.failures {
		names = append(names, name)
	}
	slices.SortFunc(names, cmp.Compare[string])
	return names
}

package bench

import (
	"runtime/debug"
	"runtime/metrics"
	"sync"
	"time"

	"github.com/millrace/millrace/engine"
)

// samplesMax bounds what a run without end keeps; later intervals are not kept.
const samplesMax = 1 << 18

// sampler watches a run from a goroutine of its own.
type sampler struct {
	load   Load
	engine *engine.Engine
	quit   chan struct{}
	done   chan struct{}

	mu        sync.Mutex // guards what follows
	measuring bool
	begin     time.Time // of the phase
	base      levels    // when measuring began
	last      levels    // at the end of the interval before
	samples   []Sample
}

// levels are the meters of a sample, counted since the process or the run began.
type levels struct {
	at         time.Time
	deliveries uint64
	published  uint64
	cpu        time.Duration
	memory     uint64
	gc         debug.GCStats
}

func newSampler(l Load, e *engine.Engine) *sampler {
	s := &sampler{load: l, engine: e, quit: make(chan struct{}), done: make(chan struct{})}
	s.begin = time.Now()
	if l.Interval > 0 && l.Duration > 0 {
		s.samples = make([]Sample, 0, min(int(l.Duration/l.Interval)+16, samplesMax))
	}
	return s
}

// start begins to watch, if the load asks for it.
func (s *sampler) start() {
	if s.load.Interval == 0 {
		close(s.done)
		return
	}
	go s.watch()
}

func (s *sampler) watch() {
	defer close(s.done)
	tick := time.NewTicker(s.load.Interval)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			p := s.take()
			if s.load.Progress != nil {
				s.load.Progress(p)
			}
		case <-s.quit:
			return
		}
	}
}

// measure tells that warming up is over.
func (s *sampler) measure(begin time.Time) {
	if s.load.Interval == 0 {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.measuring, s.begin = true, begin
	s.base = s.levels()
	s.last = s.base
}

// end stops watching and returns the samples.
func (s *sampler) end() []Sample {
	close(s.quit)
	<-s.done
	return s.samples
}

func (s *sampler) take() Progress {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.levels()
	p := Progress{WarmingUp: !s.measuring, Elapsed: now.at.Sub(s.begin)}
	if !s.measuring {
		p.Done = share(p.Elapsed, s.load.WarmUp)
		return p
	}
	if len(s.samples) < samplesMax {
		s.samples = append(s.samples, s.last.until(now, s.begin))
	}
	s.last = now
	p.Deliveries = now.deliveries - s.base.deliveries
	p.Done = share(p.Elapsed, s.load.Duration)
	if s.load.Messages > 0 {
		p.Done = max(p.Done, share(now.published-s.base.published, s.load.Messages))
	}
	return p
}

func share[T time.Duration | uint64](part, whole T) float64 {
	if whole == 0 {
		return 0
	}
	return min(float64(part)/float64(whole), 1)
}

func (s *sampler) levels() levels {
	stats := s.engine.Stats()
	l := levels{at: time.Now(), deliveries: delivered(stats), published: stats.Published}
	l.cpu, _ = cpuTime()
	l.memory = memoryHeld()
	debug.ReadGCStats(&l.gc)
	return l
}

func (l levels) until(now levels, begin time.Time) Sample {
	return Sample{
		At: now.at.Sub(begin), Took: now.at.Sub(l.at),
		Deliveries: now.deliveries - l.deliveries,
		CPU:        now.cpu - l.cpu,
		Memory:     now.memory,
		GCs:        uint64(now.gc.NumGC - l.gc.NumGC),
		GCPause:    now.gc.PauseTotal - l.gc.PauseTotal,
	}
}

// memoryHeld returns how many bytes the Go runtime holds and has not given back to the system.
func memoryHeld() uint64 {
	held := []metrics.Sample{
		{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"},
	}
	metrics.Read(held)
	return held[0].Value.Uint64() - held[1].Value.Uint64()
}

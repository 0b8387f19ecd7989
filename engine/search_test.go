package engine_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"runtime"
	"runtime/pprof"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

var (
	searchFor  = flag.Duration("search", 2*time.Second, "how `long` TestSearch tries topologies")
	searchSeed = flag.Uint64("seed", 0, "the only `seed` that TestSearch tries; 0: many")
	searchFrom = flag.Uint64("from", 0, "the first seed that TestSearch tries; 0: by the clock")
)

// No topology stands still, and all keep the promises: 5 to 60 modules with every policy, relays,
// publishers of other modules, messages that are kept and forwarded, handlers that panic or end their
// goroutine, links and modules that change from inside handlers and outside, contexts that are
// cancelled, and little memory. What happens is chance, but which topology it happens to is the
// seed's: a failure prints both. With -args -search 1h it tries for an hour, with -args -seed N the
// topology of that seed only.
func TestSearch(t *testing.T) {
	if *searchSeed > 0 {
		for began := time.Now(); time.Since(began) < *searchFor && !t.Failed(); {
			try(t, *searchSeed)
		}
		return
	}
	var next atomic.Uint64
	first := *searchFrom
	if first == 0 {
		first = uint64(time.Now().Unix()) << 16
	}
	next.Store(first)
	began := time.Now()
	var workers sync.WaitGroup
	for range 2 * runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for time.Since(began) < *searchFor && !t.Failed() {
				try(t, next.Add(1)-1)
			}
		})
	}
	workers.Wait()
	t.Logf("%d topologies from seed %d in %v", next.Load()-first, first, time.Since(began).Round(time.Second))
}

// try runs one topology. Its goroutines have its seed for a label, so that they can be told apart.
func try(t *testing.T, seed uint64) {
	top := drawTopology(seed)
	label := fmt.Sprint(seed)
	pprof.Do(t.Context(), pprof.Labels("seed", label), func(context.Context) {
		if faults := newTrial(top).run(); len(faults) > 0 {
			t.Errorf("%s\n\n%v\nagain: go test -run TestSearch ./engine -args -search 1m -seed %d\n\n%s",
				strings.Join(faults, "\n"), top, seed, stacksOf(label))
		}
	})
}

// stacksOf returns what the goroutines of a label are at.
func stacksOf(seed string) string {
	var all bytes.Buffer
	if err := pprof.Lookup("goroutine").WriteTo(&all, 1); err != nil {
		return err.Error()
	}
	var list []string
	for _, group := range strings.Split(all.String(), "\n\n") {
		if strings.Contains(group, fmt.Sprintf("%q:%q", "seed", seed)) {
			list = append(list, group)
		}
	}
	return strings.Join(list, "\n\n")
}

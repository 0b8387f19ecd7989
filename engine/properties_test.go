package engine_test

import "testing"

// What the histories of the properties have in common.
var (
	everyDelivery = []string{"", "", "drop_newest", "drop_oldest", "timeout=1ms"}
	everyChange   = []string{
		"link %e", "unlink %l", "apply unlink %l; link %e", "apply link %e; link %e; unlink %l",
		"detach %m", "attach %m capacity=2 %t", "attach %m capacity=2 %t",
	}
	relays = []string{"", "batch", "forwards=1", "forwards=2", "forwards=1 batch", "forwards=1 via=a"}
)

// Links and their delivery change while messages are queued everywhere they can be: in the ring, in
// lanes, in the overflow.
func TestOrderProperty(t *testing.T) {
	profile{
		engine:     []string{"memory=65536", "overflow=2000", "overflow=100000"},
		modules:    6,
		traits:     relays,
		deliveries: everyDelivery,
		actors:     4,
		publishing: []string{"", "", "hops=5", "size=400", "within=1ms"},
		changes:    everyChange,
		reach: func(s tally) bool {
			return s.received > 50*s.cases && s.changes > s.cases && s.counts.Dropped.Cycle > 0
		},
	}.holds(t, 100)
}

// Every message reaches every sink, or its dead letter says which not.
func TestExactlyOnceProperty(t *testing.T) {
	profile{
		engine:     []string{"overflow=2000", "overflow=100000"},
		modules:    5,
		traits:     append([]string{"accepts=digit<4", "panics=3", "panics=4 batch forwards=1"}, relays...),
		deliveries: everyDelivery,
		setup:      []string{"attach grave capacity=16384", "dead-letter grave"},
		actors:     4,
		publishing: []string{"", "hops=5", "within=1ms"},
		changes:    append([]string{"quarantine %m"}, everyChange...),
		reach: func(s tally) bool {
			d := s.counts.Dropped
			return s.letters > s.cases && d.Newest > 0 && d.Oldest > 0 && d.Timeout > 0 && d.Cycle > 0 &&
				d.Closed > 0 && d.Cancelled > 0 && d.Failed() > 0
		},
	}.holds(t, 100)
}

// Many publishers, in handlers and outside, into handlers that take one message or a batch.
func TestSerialProperty(t *testing.T) {
	profile{
		modules:    3,
		traits:     append([]string{"panics=5"}, relays...),
		deliveries: everyDelivery,
		actors:     6,
		changes:    everyChange,
		reach:      func(s tally) bool { return s.received > 50*s.cases && s.panicked > 0 },
	}.holds(t, 60)
}

// Every handler compares every message with what was written, before and after it publishes itself,
// while memory is so short that it is used again at once.
func TestImmutableProperty(t *testing.T) {
	profile{
		engine:     []string{"memory=16384", "memory=65536", "memory=1"},
		modules:    5,
		traits:     relays,
		deliveries: []string{"", "drop_oldest", "drop_newest"},
		actors:     4,
		publishing: []string{"", "size=200", "size=3000", "hops=1 size=70000"},
		changes:    everyChange,
		reach:      func(s tally) bool { return s.received > 20*s.cases },
	}.holds(t, 60)
}

// Messages are kept while their neighbours come and go; Close counts what is kept still.
func TestAliveUntilReleasedProperty(t *testing.T) {
	profile{
		modules:    4,
		traits:     []string{"keeps", "keeps batch", "forwards=1", "keeps forwards=2"},
		deliveries: everyDelivery,
		actors:     4,
		publishing: []string{"", "size=200", "size=3000", "hops=1 size=70000"},
		changes:    everyChange,
		reach:      func(s tally) bool { return s.kept > s.cases && s.received > 20*s.cases },
	}.holds(t, 20)
}

// Handlers that publish more than they receive, along links in circles that turn round meanwhile,
// in rings of two, with little memory beside them.
func TestNoDeadlockProperty(t *testing.T) {
	profile{
		engine:     []string{"overflow=1000", "overflow=10000", "overflow=1000 memory=20000"},
		modules:    4,
		traits:     []string{"forwards=1", "forwards=2", "forwards=2 batch", "forwards=1 via=a", "forwards=2 via=b"},
		deliveries: []string{"", "", "", "timeout=1ms", "drop_oldest"},
		actors:     4,
		publishing: []string{"hops=3", "hops=5"},
		changes:    append([]string{"apply unlink %l; link %e", "dead-letter %m"}, everyChange...),
		reach:      func(s tally) bool { return s.counts.Dropped.Cycle > 0 && s.received > 100*s.cases },
	}.holds(t, 100)
}

// Nothing is lost at all but to sinks that are detached: whatever changes, each message went by the
// links of one moment.
func TestLiveChangeProperty(t *testing.T) {
	profile{
		modules:    5,
		traits:     []string{"", "batch", "forwards=1", "accepts=digit<4"},
		deliveries: []string{""},
		actors:     3,
		publishing: []string{"", "hops=1"},
		changes: append([]string{
			"apply unlink %l; unlink %l; link %e; link %e", "apply link %e; link %e; link %e", "apply unlink %l; link %e",
		}, everyChange...),
		reach: func(s tally) bool {
			d := s.counts.Dropped
			return s.changes > 3*s.cases && d.Total() == d.Closed && s.received > 50*s.cases
		},
	}.holds(t, 150)
}

// Handlers that panic lose what they panicked over; some are quarantined for it.
func TestIsolationProperty(t *testing.T) {
	profile{
		modules: 5,
		traits: []string{
			"", "batch", "forwards=1", "panics=3", "panics=2 batch", "panics=3 forwards=1",
			"panics=1 quarantine=3", "panics=2 quarantine=2 batch",
		},
		deliveries: []string{"", "", "drop_newest", "drop_oldest"},
		actors:     4,
		changes:    append([]string{"quarantine %m"}, everyChange...),
		reach: func(s tally) bool {
			return s.panicked > s.cases && s.counts.Dropped.Failed() > uint64(s.cases) && s.counts.Dropped.Closed > 0
		},
	}.holds(t, 100)
}

// Each loss has its letter, until the letters' sink overflows, which is counted.
func TestDeadLettersProperty(t *testing.T) {
	profile{
		engine:     []string{"overflow=1000", "overflow=1000 memory=20000"},
		modules:    4,
		traits:     []string{"", "batch", "forwards=2", "panics=3", "forwards=1 panics=2", "panics=1 quarantine=2"},
		deliveries: []string{"drop_newest", "drop_oldest", "timeout=1ms", ""},
		setup:      []string{"attach grave capacity=4", "dead-letter grave"},
		actors:     4,
		publishing: []string{"hops=4", "within=1ms", "size=300"},
		changes:    []string{"quarantine %m", "link %e", "unlink %l", "detach %m"},
		reach:      func(s tally) bool { return s.letters > s.cases },
	}.holds(t, 100)
	t.Run("switched", testDeadLettersSwitched)
}

// The letters are switched off and on, and go to modules that are in the midst of it all.
func testDeadLettersSwitched(t *testing.T) {
	profile{
		modules:    4,
		traits:     []string{"", "batch", "forwards=2", "panics=3"},
		deliveries: everyDelivery,
		actors:     4,
		publishing: []string{"hops=4", "within=1ms"},
		changes:    append([]string{"dead-letter %m", "dead-letter %m", "dead-letter off"}, everyChange...),
		reach:      func(s tally) bool { return s.letters > 0 },
	}.holds(t, 100)
}

// Handlers that hang, some of them deaf to their context, and a Close with little time while
// everybody publishes.
func TestDrainProperty(t *testing.T) {
	profile{
		modules:    4,
		traits:     []string{"", "deaf", "batch", "deaf batch", "forwards=1", "forwards=1 deaf"},
		deliveries: everyDelivery,
		setup:      []string{"hold %m", "hold %m"},
		actors:     3,
		publishing: []string{"within=1ms", "hops=4 within=1ms"},
		changes:    []string{"link %e", "unlink %l", "release %m", "detach %m within=2ms"},
		ending:     []string{"close within=20ms"},
		reach:      func(s tally) bool { return s.counts.Left > 0 && s.counts.Delivered > 0 },
	}.holds(t, 20)
	t.Run("amid", testDrainAmid)
}

// Close comes while everybody publishes, with time enough.
func testDrainAmid(t *testing.T) {
	profile{
		modules:    4,
		traits:     relays,
		deliveries: everyDelivery,
		actors:     4,
		publishing: []string{"hops=4", "within=1ms"},
		changes:    []string{"link %e", "unlink %l", "close within=10s", "detach %m"},
		reach:      func(s tally) bool { return s.received > 10*s.cases },
	}.holds(t, 60)
}

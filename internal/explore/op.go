package explore

// kind of an operation that other threads can see.
type kind uint8

const (
	load kind = iota
	store
	update // a read-modify-write; a compare-and-swap until it is known to have failed
	lock
	unlock
	give
	take
	takeOrNot // a load, when it did not take
	pause     // reads again what its thread has read since its last one
	choose
)

var kindNames = [...]string{
	"load", "store", "update", "lock", "unlock", "give", "take", "take or give up", "pause", "choose",
}

func (k kind) String() string { return kindNames[k] }

func (k kind) changes() bool { return k < pause && k != load }

// acquires tells whether the operation sees what was published at its place.
func (k kind) acquires() bool { return k != store && k != unlock }

// releases tells whether the operation publishes what its thread did before.
func (k kind) releases() bool { return k.changes() && k != lock }

// dependent tells whether the order of two operations at one place can make a difference.
func dependent(a, b kind) bool { return a.changes() || b.changes() }

// possible tells whether an operation could have been done before an event at its place instead of
// after it.
func (v *visit) possible(k kind) bool {
	switch k {
	case lock, give:
		return !v.held
	case take:
		return v.held
	}
	return k != unlock
}

// op is what a thread does next.
type op struct {
	kind  kind
	place *Place // nil for pause and choose
}

// event is what a thread did.
type event struct {
	thread int
	kind   kind
	visits []visit
	local  uint32 // the thread's own clock
	after  clock  // what the event depends on, with itself
	prior  clock  // what its thread's previous event depended on
}

// visit is one place of an event: a pause has as many as its thread watched, a choice none.
type visit struct {
	place  *Place
	before int  // the previous event there, or noEvent
	held   bool // as the place was just before the event
}

const noEvent = -1

func (e *event) at(p *Place) *visit {
	for i := range e.visits {
		if e.visits[i].place == p {
			return &e.visits[i]
		}
	}
	return nil
}

// concerns tells whether an event can influence what a thread does next.
func (e *event) concerns(t *thread) bool {
	if t.next.kind == pause {
		return e.kind.changes() && t.watches(e.visits[0].place)
	}
	return dependent(e.kind, t.next.kind) && e.at(t.next.place) != nil
}

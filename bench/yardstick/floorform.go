package yardstick

// How is the way in which messages are written.
type How int

// The ways.
const (
	ByKeys     How = iota // every property by its key
	ByTemplate            // what is constant in one copy, what varies by its key
)

func (h How) String() string {
	if h == ByTemplate {
		return "by template"
	}
	return "by keys"
}

// floorForm writes and reads the floor's messages. It belongs to one source; right is anybody's.
type floorForm struct {
	job      Job
	how      How
	constant []floorProperty
	varying  [2]floorKey
	template slot
	wanted   uint16
	clock    clock
	next     uint64
}

type floorProperty struct {
	key   floorKey
	value string
}

func newFloorForm(j Job, h How) *floorForm {
	f := &floorForm{job: j, how: h, clock: newClock()}
	for i, p := range j.Constant {
		k := floorKey{uint16(i + 1), p.Key + "\x00"}
		f.constant = append(f.constant, floorProperty{k, p.Value})
		if p == j.Wanted {
			f.wanted = k.number
		}
	}
	for i, key := range j.varyingKeys() {
		f.varying[i] = floorKey{uint16(len(j.Constant) + i + 1), key + "\x00"}
	}
	f.template.begin()
	f.writeConstant(&f.template)
	return f
}

func (f *floorForm) write(s *slot) {
	if f.how == ByTemplate {
		s.like(&f.template)
	} else {
		s.begin()
		f.writeConstant(s)
	}
	if f.job.Varying != Nothing {
		f.writeVarying(s)
	}
	s.end(Content)
}

func (f *floorForm) writeConstant(s *slot) {
	for i := range f.constant {
		s.set(&f.constant[i].key, f.constant[i].value)
	}
}

func (f *floorForm) writeVarying(s *slot) {
	i := f.next
	f.next++
	switch f.job.Varying {
	case Number:
		s.setUint(&f.varying[0], NumberOf(i))
	case Telemetry:
		s.setUint(&f.varying[0], i)
		s.setReading(&f.varying[1], i)
	case Simulated:
		s.setUint(&f.varying[0], i+1)
		s.setTime(&f.varying[1], &f.clock)
	}
}

func (f *floorForm) right(s *slot) bool { return string(s.find(f.wanted)) == f.job.Wanted.Value }

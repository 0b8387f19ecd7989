package metrics

import "time"

// devicesMax bounds the memory that messages with ever new devices can take.
const devicesMax = 1024

// figures sums up what has arrived. The zero value is ready.
type figures struct {
	first, last   time.Duration // when messages came, since the module was opened
	received      uint64
	nonConforming uint64
	unknown       uint64  // conforming, from more devices than are told apart
	latencySum    float64 // microseconds; no timestamp can make it overflow
	latencyMax    uint64  // microseconds
	devices       map[string]*device
	latest        *device // the latest message's
}

// arrive counts a message, whatever it says.
func (f *figures) arrive(at time.Duration) {
	if f.received == 0 {
		f.first = at
	}
	f.last = at
	f.received++
}

// take counts a message that conforms; now is in microseconds since 1970.
func (f *figures) take(r reading, now uint64) {
	var latency uint64
	if now > r.timestamp {
		latency = now - r.timestamp
	}
	f.latencySum += float64(latency)
	f.latencyMax = max(f.latencyMax, latency)
	if f.latest == nil || f.latest.id != string(r.device) {
		f.latest = f.device(r.device)
	}
	if f.latest == nil {
		f.unknown++
		return
	}
	f.latest.take(r.sequence)
}

// device returns the device of that name, or nil if there are too many.
func (f *figures) device(id []byte) *device {
	if d, known := f.devices[string(id)]; known || len(f.devices) == devicesMax {
		return d
	}
	if f.devices == nil {
		f.devices = make(map[string]*device)
	}
	d := &device{id: string(id)}
	f.devices[d.id] = d
	return d
}

// averageLatency is in microseconds.
func (f *figures) averageLatency() float64 {
	conforming := f.received - f.nonConforming
	return f.latencySum / float64(max(1, conforming))
}

// rate is in deliveries a second; 0 if there were none to speak of.
func (f *figures) rate() float64 {
	if f.last == f.first {
		return 0
	}
	return float64(f.received) / (f.last - f.first).Seconds()
}

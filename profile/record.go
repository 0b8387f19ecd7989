package profile

import (
	"bytes"
	"errors"
	"fmt"
	"runtime"
	"runtime/pprof"
	"slices"
	"strings"

	"github.com/google/pprof/profile"
)

// Profiles are what a recording found, in pprof's gzipped format, as `go tool pprof` reads it.
type Profiles struct {
	CPU    []byte // nanoseconds of CPU, 100 samples a second
	Allocs []byte // bytes allocated while recording, sampled once per runtime.MemProfileRate bytes
}

// Recording is a profile being captured. It belongs to one goroutine. A process can have one at a
// time.
type Recording struct {
	cpu  bytes.Buffer
	base *profile.Profile // what had been allocated before
}

// Start begins to record everything that the process does, until Stop. It fails if a CPU profile is
// being recorded already.
func Start() (*Recording, error) {
	base, err := allocs()
	if err != nil {
		return nil, err
	}
	r := &Recording{base: base}
	if err := pprof.StartCPUProfile(&r.cpu); err != nil {
		return nil, fmt.Errorf("profile: %w", err)
	}
	return r, nil
}

// ErrStopped is returned by a second Stop.
var ErrStopped = errors.New("profile: stopped already")

// Stop ends the recording and returns it.
func (r *Recording) Stop() (Profiles, error) {
	if r.base == nil {
		return Profiles{}, ErrStopped
	}
	pprof.StopCPUProfile()
	base := r.base
	r.base = nil
	now, err := allocs()
	if err != nil {
		return Profiles{}, err
	}
	delta, err := subtract(now, base)
	if err != nil {
		return Profiles{}, err
	}
	return Profiles{CPU: r.cpu.Bytes(), Allocs: delta}, nil
}

// profilers begin the names of the functions whose allocations are the recording's own.
var profilers = []string{"runtime/pprof.", "github.com/google/pprof/"}

// allocs returns what the process has allocated so far. The runtime's own count may be two
// collections old, so it takes two to have all of it.
func allocs() (*profile.Profile, error) {
	runtime.GC()
	runtime.GC()
	var b bytes.Buffer
	if err := pprof.Lookup("allocs").WriteTo(&b, 0); err != nil {
		return nil, fmt.Errorf("profile: %w", err)
	}
	p, err := profile.Parse(&b)
	if err != nil {
		return nil, fmt.Errorf("profile: %w", err)
	}
	return p, onlyAllocated(p)
}

// onlyAllocated drops what is in use: of the four values of the runtime's profile the first two
// count what was allocated, the second of them in bytes.
func onlyAllocated(p *profile.Profile) error {
	if len(p.SampleType) < 2 || p.SampleType[1].Type != "alloc_space" {
		return errors.New("profile: the runtime's allocation profile has another form than known")
	}
	p.SampleType = p.SampleType[:2]
	p.DefaultSampleType = p.SampleType[1].Type
	for _, s := range p.Sample {
		s.Value = s.Value[:2]
	}
	return nil
}

func subtract(now, base *profile.Profile) ([]byte, error) {
	base.Scale(-1)
	delta, err := profile.Merge([]*profile.Profile{now, base})
	if err != nil {
		return nil, fmt.Errorf("profile: %w", err)
	}
	delta.Sample = slices.DeleteFunc(delta.Sample, ofProfiler)
	var b bytes.Buffer
	if err := delta.Write(&b); err != nil {
		return nil, fmt.Errorf("profile: %w", err)
	}
	return b.Bytes(), nil
}

func ofProfiler(s *profile.Sample) bool {
	for _, location := range s.Location {
		for _, line := range location.Line {
			if line.Function != nil && ownName(line.Function.Name) {
				return true
			}
		}
	}
	return false
}

func ownName(function string) bool {
	return slices.ContainsFunc(profilers, func(p string) bool { return strings.HasPrefix(function, p) })
}

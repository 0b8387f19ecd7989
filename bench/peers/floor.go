package main

import "github.com/millrace/millrace/bench/yardstick"

const (
	floorKeys     = "floor, by keys"
	floorTemplate = "floor, by template"
)

// onlyFloors are the jobs that the floor can do.
func onlyFloors(j job) string {
	if j.stages > 0 || j.sources > 1 {
		return "it is there for the floor's jobs: one source, no stage"
	}
	return ""
}

func floors() []peer {
	return []peer{
		{
			name: floorKeys, cannot: onlyFloors,
			what: "one ring of preallocated slots, a cursor a sink, 64 at a time, the same bytes; nothing else",
			open: func(j job) (rig, error) { return openFloor(j, yardstick.ByKeys) },
		},
		{
			name: floorTemplate, cannot: onlyFloors,
			what: "the same, constant properties copied in one run",
			open: func(j job) (rig, error) { return openFloor(j, yardstick.ByTemplate) },
		},
	}
}

// floorRig is package yardstick's floor.
type floorRig struct{ floor *yardstick.Floor }

func openFloor(j job, h yardstick.How) (rig, error) {
	return floorRig{yardstick.OpenFloor(j.sinks, j.message(), h)}, nil
}

func (r floorRig) send(n int) error { return r.floor.Send(n) }
func (r floorRig) close() error     { return r.floor.Close() }

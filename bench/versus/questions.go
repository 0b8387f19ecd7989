package main

import "github.com/millrace/millrace/bench/yardstick"

// rig moves messages. Send is timed.
type rig interface {
	Send(n int) error
	Close() error
}

// question is something that both sides measure, ours and the floor's.
type question struct {
	name  string
	ours  func() (rig, error)
	floor func() (rig, error)
}

func questions() []question {
	plain, numbered, measured := yardstick.Plain(), yardstick.Numbered(), yardstick.Measured()
	keys, template := yardstick.ByKeys, yardstick.ByTemplate
	return []question{
		oneCore("by keys", plain, keys),
		oneCore("by template", plain, template),
		oneCore("template and a number", numbered, template),
		oneCore("telemetry", measured, template),
		flow("1->1 by keys", 1, plain, keys),
		flow("1->1 by template", 1, plain, template),
		flow("1->4 by keys", 4, plain, keys),
		flow("1->4 by template", 4, plain, template),
		flow("telemetry by keys", 1, measured, keys),
		flow("telemetry by template", 1, measured, template),
	}
}

// oneCore is claim to release, 64 in flight.
func oneCore(name string, j yardstick.Job, h yardstick.How) question {
	return question{
		name:  aCore + name,
		ours:  func() (rig, error) { return yardstick.NewCore(j, h) },
		floor: func() (rig, error) { return yardstick.NewFloorCore(j, h), nil },
	}
}

// flow is a source and sinks, each on a goroutine.
func flow(name string, sinks int, j yardstick.Job, h yardstick.How) question {
	return question{
		name:  name,
		ours:  func() (rig, error) { return yardstick.OpenBroker(sinks, j, h) },
		floor: func() (rig, error) { return yardstick.OpenFloor(sinks, j, h), nil },
	}
}

const (
	ours   = "ours"
	aCore  = "one core, "
	floor  = "floor"
	record = "performance floor" // of examples/performance.json
)

// rigs returns what can be asked for.
func rigs() map[string]func() (rig, error) {
	all := map[string]func() (rig, error){}
	for _, q := range questions() {
		all[ours+", "+q.name] = q.ours
		all[floor+", "+q.name] = q.floor
	}
	performance := flow("", 1, yardstick.Performance(), yardstick.ByTemplate)
	all[record] = performance.floor
	return all
}

package document_test

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/fault"
	"github.com/millrace/millrace/message"
	"github.com/millrace/millrace/module"
)

// kinds is the registry of the tests: names and arguments like those of modules that exist.
func kinds(t testing.TB) *module.Registry {
	t.Helper()
	one, cap := 1.0, 3_600_000.0
	r, err := module.NewRegistry(
		module.Spec{
			Name: "logger", Summary: "Writes what it receives into a file", New: accepting,
			Args: []module.Arg{
				{Name: "filename", Type: module.String, Required: true, Exclusive: true, Doc: "The file's path"},
				{Name: "format", Type: module.String, Enum: []string{"v1", "jsonl"}, Default: `"v1"`,
					Doc: "How it is written"},
			},
			Example: json.RawMessage(`{"filename": "log.txt"}`),
		},
		module.Spec{
			Name: "simulated_device", Summary: "Publishes a temperature", New: accepting,
			Args: []module.Arg{
				{Name: "macAddress", Type: module.String, Required: true, Doc: "Its address",
					Pattern: `[0-9A-F]{2}(:[0-9A-F]{2}){5}`},
				{Name: "messagePeriod", Type: module.Int, Required: true, Min: &one, Max: &cap,
					Doc: "Time between messages, in milliseconds"},
				{Name: "jitter", Type: module.Duration, Doc: "How much the time varies"},
				{Name: "scale", Type: module.Number, Doc: "A factor"},
				{Name: "verbose", Type: module.Bool, Doc: "Whether it prints"},
				{Name: "tags", Type: module.Strings, Doc: "Labels"},
			},
			Example: json.RawMessage(`{"macAddress": "01:01:01:01:01:01", "messagePeriod": 500}`),
		},
		module.Spec{Name: "hello_world", Summary: "Says hello", AnyArgs: true, New: accepting},
		module.Spec{Name: "identity_map", Summary: "Maps addresses", AnyArgs: true, New: mapping},
		module.Spec{Name: "console", Summary: "Prints messages", New: accepting},
		module.Spec{Name: "metrics", Summary: "Counts messages", AnyArgs: true, New: accepting},
		module.Spec{Name: "simulator", Summary: "Publishes numbers", AnyArgs: true, New: accepting},
		module.Spec{Name: "beacon", Summary: "Publishes", New: func() module.Module { return beacon{} }},
		module.Spec{Name: "brittle", Summary: "Panics", AnyArgs: true, New: panicking},
		module.Spec{Name: "indiscreet", Summary: "Repeats its arguments", AnyArgs: true,
			New: func() module.Module { return configure(repeat) }},
	)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// configure makes a module of its Configure.
type configure func(json.RawMessage) error

func (c configure) Configure(args json.RawMessage) error { return c(args) }

// Receive makes all but the beacon take messages.
func (configure) Receive(context.Context, *engine.Publisher, message.Message) error { return nil }

// beacon is a module that only publishes.
type beacon struct{}

func (beacon) Configure(json.RawMessage) error { return nil }

func accepting() module.Module {
	return configure(func(json.RawMessage) error { return nil })
}

func panicking() module.Module {
	return configure(func(json.RawMessage) error { panic("brittle") })
}

// mapping wants an array, which a Spec cannot say.
func mapping() module.Module {
	return configure(func(args json.RawMessage) error {
		var entries []map[string]string
		var faults fault.List
		if json.Unmarshal(args, &entries) != nil || len(entries) == 0 {
			faults.Add(nil, "no mappings", `want an array of {"macAddress": …}`)
		}
		for i, e := range entries {
			if len(e["macAddress"]) != 17 {
				faults.Add(fault.At(fault.Index(i), fault.Key("macAddress")), "not a MAC address",
					"want XX:XX:XX:XX:XX:XX")
			}
		}
		return faults.Err()
	})
}

func repeat(args json.RawMessage) error {
	var texts map[string]string
	if err := json.Unmarshal(args, &texts); err != nil {
		return err
	}
	var faults fault.List
	for key, text := range texts {
		faults.Add(fault.At(fault.Key(key)), "got "+text, "not "+text)
	}
	return faults.Err()
}

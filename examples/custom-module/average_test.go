package main

import (
	"testing"

	"github.com/millrace/millrace/module/moduletest"
)

// TestConformance holds the module against the contract that every module has to keep.
func TestConformance(t *testing.T) {
	moduletest.Run(t, moduletest.Kind{
		Spec:    averageSpec(),
		BadArgs: []string{`{"window":0}`, `{"window":1.5}`, `{"widow":3}`},
	})
}

// TestAverage runs the module on a real engine, between a feeder and a collector.
func TestAverage(t *testing.T) {
	rig := moduletest.Start(t, averageSpec(), `{"property":"load","window":2}`, moduletest.Options{})
	for _, load := range []string{"1", "2", "4", "high"} {
		rig.Feed(moduletest.Message{Properties: map[string]string{"load": load, "host": "a"}})
	}
	rig.Feed(moduletest.Message{Properties: map[string]string{"host": "b"}, Content: "no load"})
	if err := rig.Stop(); err != nil {
		t.Error(err)
	}
	want := []string{"1.000", "1.500", "3.000"}
	got := rig.Collected()
	if len(got) != len(want) || len(rig.ReceiveErrors()) != 1 {
		t.Fatalf("got %v with errors %v; want %d messages and an error for the load high",
			got, rig.ReceiveErrors(), len(want))
	}
	for i, m := range got {
		if m.Properties["average"] != want[i] || m.Properties["host"] != "a" {
			t.Errorf("message %d: got %v, want an average of %s", i, m.Properties, want[i])
		}
	}
}

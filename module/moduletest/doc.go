// Package moduletest tests modules the way a gateway runs them: on a real engine, with a real host.
//
// Run is a conformance suite for any kind of module; every module of this project passes it:
//
//	func TestConformance(t *testing.T) {
//		moduletest.Run(t, moduletest.Kind{Spec: mymodule.Spec()})
//	}
//
// Start runs one module between a feeder and a collector, for the tests of what it does:
//
//	rig := moduletest.Start(t, mymodule.Spec(), `{"period":"1s"}`, moduletest.Options{})
//	rig.Feed(moduletest.Message{Properties: map[string]string{"kind": "cpu"}, Content: "12"})
//	got := rig.Await(1)
//
// A message that is read after Receive has returned, without Retain, is caught when the tests are
// built with the engine's assertions.
package moduletest

package standard_test

import (
	"fmt"
	"testing"

	"github.com/millrace/millrace/modules/standard"
)

func TestRegistryHoldsAll(t *testing.T) {
	r, err := standard.Registry()
	if err != nil {
		t.Fatal(err)
	}
	if got, want := len(r.Names()), len(standard.Specs()); got != want {
		t.Errorf("%d names for %d specs", got, want)
	}
}

func ExampleRegistry() {
	registry, err := standard.Registry()
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, name := range registry.Names() {
		spec, _ := registry.Lookup(name)
		fmt.Println(name+":", spec.Summary)
	}
	// Output:
	// console: Prints every message to the standard output
	// file: Publishes every line of a file or of the standard input as a message
	// hello_world: Publishes a greeting at once and then every five seconds
	// host: Publishes readings of this machine's processors, memory, load, disks and network
	// identity_map: Maps the addresses of devices to their identities in the cloud, and back
	// iothub: Sends devices' messages to Azure IoT Hub and publishes what it sends them
	// logger: Appends every message to a file
	// metrics: Counts simulators' messages and prints rate, latency and losses at the end
	// simulated_device: Publishes the rising and wrapping temperature of a device that does not exist
	// simulator: Publishes numbered messages with a timestamp as fast as it can, to measure a gateway
}

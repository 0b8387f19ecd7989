// Package standard lists the modules that come with Millrace.
package standard

import (
	"github.com/millrace/millrace/module"
	"github.com/millrace/millrace/modules/console"
	"github.com/millrace/millrace/modules/file"
	helloworld "github.com/millrace/millrace/modules/hello_world"
	"github.com/millrace/millrace/modules/host"
	identitymap "github.com/millrace/millrace/modules/identity_map"
	"github.com/millrace/millrace/modules/iothub"
	"github.com/millrace/millrace/modules/logger"
	"github.com/millrace/millrace/modules/metrics"
	simulateddevice "github.com/millrace/millrace/modules/simulated_device"
	"github.com/millrace/millrace/modules/simulator"
)

// Specs returns the kinds, for a registry that has others beside them.
func Specs() []module.Spec {
	return []module.Spec{
		console.Spec(),
		file.Spec(),
		helloworld.Spec(),
		host.Spec(),
		identitymap.Spec(),
		iothub.Spec(),
		logger.Spec(),
		metrics.Spec(),
		simulateddevice.Spec(),
		simulator.Spec(),
	}
}

// Registry returns a registry of these kinds alone.
func Registry() (*module.Registry, error) { return module.NewRegistry(Specs()...) }

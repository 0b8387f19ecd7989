package iothub

import (
	"encoding/json"

	"github.com/millrace/millrace/module"
)

// Spec describes the module.
func Spec() module.Spec {
	return module.Spec{
		Name:    "iothub",
		Summary: "Sends devices' messages to Azure IoT Hub and publishes what it sends them",
		Args:    append(v1Args(), ownArgs()...),
		Reads: []module.Property{
			{Name: propertySource, Doc: "The value mapping marks a message for the cloud"},
			{Name: propertyName, Doc: "The device at the hub that the message is from"},
			{Name: propertyKey, Doc: "That device's key, in base64"},
			{Name: propertyFunction, Doc: "The value register connects the device and sends nothing"},
			{Name: propertyID, Doc: "Asks for a receipt"},
			{Name: "*", Doc: "All but deviceName and deviceKey are sent along"},
		},
		Writes: []module.Property{
			{Name: propertySource, Doc: "Always iothub"},
			{Name: propertyName, Doc: "The device that a message from the cloud is for"},
			{Name: propertyID, Doc: "Of a receipt: the message's"},
			{Name: propertyStatus, Doc: "Of a receipt: OK, DESTROY, TIMEOUT or ERROR"},
			{Name: "*", Doc: "What the application in the cloud has set"},
		},
		Example: json.RawMessage(`{"IoTHubName":"contoso","IoTHubSuffix":"azure-devices.net"}`),
		New:     func() module.Module { return newHub() },
	}
}

func v1Args() []module.Arg {
	return []module.Arg{
		{
			Name: "IoTHubName", Type: module.String, Required: true,
			Pattern: `[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?`, Doc: "The hub's name",
		},
		{
			Name: "IoTHubSuffix", Type: module.String, Required: true,
			Pattern: `[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?`,
			Doc:     "What follows the name and a dot in the hub's host name, such as azure-devices.net",
		},
		{
			Name: "Transport", Type: module.String, Default: `"MQTT"`,
			Doc: "MQTT, in any case; for AMQP and HTTP, which v1's documents have, MQTT is used instead",
		},
		{
			Name: "RetryPolicy", Type: module.String, Default: `"EXPONENTIAL_BACKOFF_WITH_JITTER"`,
			Doc: "How to connect again: NONE, IMMEDIATE, INTERVAL, LINEAR_BACKOFF, EXPONENTIAL_BACKOFF, " +
				"EXPONENTIAL_BACKOFF_WITH_JITTER or RANDOM, in any case",
		},
	}
}

func ownArgs() []module.Arg {
	const year = 365 * 24 * 3600 * 1000.0
	return []module.Arg{
		{
			Name: "RetryTimeout", Type: module.Duration, Min: new(0.0), Default: `"0s"`,
			Doc: "How long to try before what waits is dropped; 0: for ever",
		},
		{
			Name: "Endpoint", Type: module.String,
			Doc: "The host:port to connect to instead of the hub's own host and port 8883",
		},
		{
			Name: "CAFile", Type: module.String, Pattern: `.+`,
			Doc: "A PEM file with the authorities to trust instead of the system's",
		},
		{
			Name: "TokenLifetime", Type: module.Duration, Min: new(1000.0), Max: new(year),
			Default: `"1h"`,
			Doc:     "How long a token is good for; it is renewed when four fifths have passed",
		},
		{
			Name: "BufferedBytes", Type: module.Int, Min: new(float64(messageMax)), Max: new(1e9),
			Default: `1048576`,
			Doc:     "What the messages of one device may take that wait for the hub, in bytes",
		},
		{
			Name: "MaxDevices", Type: module.Int, Min: new(1.0), Max: new(100_000.0), Default: `100`,
			Doc: "How many devices may be connected; messages of others are dropped",
		},
	}
}

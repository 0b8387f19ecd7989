// Package simulateddevice plays a thermometer, as v1's module of that name does.
package simulateddevice

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/message"
	"github.com/millrace/millrace/module"
	"github.com/millrace/millrace/modules/internal/periodic"
	"github.com/millrace/millrace/typed"
)

// Spec describes the module.
func Spec() module.Spec {
	return module.Spec{
		Name:    "simulated_device",
		Summary: "Publishes the rising and wrapping temperature of a device that does not exist",
		Args: []module.Arg{
			{
				Name: "macAddress", Type: module.String, Required: true, Pattern: `.+`,
				Doc: "The device's address, such as 01:02:03:03:02:01",
			},
			{
				Name: "messagePeriod", Type: module.Duration, Required: true, Min: new(1.0),
				Doc: "Time between two temperatures",
			},
		},
		Reads: []module.Property{
			{Name: "macAddress", Doc: "Messages with the device's own address are printed"},
		},
		Writes: []module.Property{
			{Name: "source", Doc: "Always bleTelemetry"},
			{Name: "macAddress", Doc: "The device's address"},
			{Name: "deviceFunction", Doc: "The value register, on the first message only"},
		},
		Example: json.RawMessage(`{"macAddress":"01:02:03:03:02:01","messagePeriod":1000}`),
		New:     func() module.Module { return &device{celsius: lowest} },
	}
}

const lowest, highest = 10, 40

type device struct {
	address    string
	period     time.Duration
	stdout     io.Writer
	registered bool

	// The publishing task's own.
	celsius int // of the next message
	writer  *typed.Writer[outgoing]
}

func (d *device) Configure(raw json.RawMessage) error {
	var args struct {
		MacAddress    string      `json:"macAddress"`
		MessagePeriod module.Span `json:"messagePeriod"`
	}
	if err := module.Decode(raw, &args); err != nil {
		return err
	}
	d.address, d.period = args.MacAddress, args.MessagePeriod.Duration()
	return nil
}

func (d *device) Open(_ context.Context, host module.Host) error {
	d.stdout = host.Stdout()
	return nil
}

func (d *device) Start(_ context.Context, host module.Host) error {
	return periodic.Publish(host, d.period, d.publish)
}

// publish sends the next temperature, and before the first one the device's registration.
func (d *device) publish(ctx context.Context, out *engine.Publisher) error {
	if !d.registered {
		d.registered = true
		if err := d.send(ctx, out, "register", ""); err != nil {
			return err
		}
	}
	content := fmt.Sprintf(`{"temperature": %d.00}`, d.celsius)
	if d.celsius++; d.celsius > highest {
		d.celsius = lowest
	}
	return d.send(ctx, out, "", content)
}

func (d *device) send(ctx context.Context, out *engine.Publisher, function, content string) error {
	if d.writer == nil {
		writer, err := typed.NewWriter[outgoing](out)
		if err != nil {
			return err
		}
		d.writer = writer
	}
	return d.writer.Publish(ctx, out, outgoing{"bleTelemetry", d.address, function, content})
}

// outgoing is what the device says.
type outgoing struct {
	Source   string `property:"source,static"`
	Address  string `property:"macAddress,static"`
	Function string `property:"deviceFunction,omitzero"`
	Content  string `content:"raw"`
}

// Receive prints what is meant for this device. Case does not matter in an address: v1's
// identitymap turns it to upper case on the way from the cloud.
func (d *device) Receive(_ context.Context, _ *engine.Publisher, m message.Message) error {
	address, ok := m.Property("macAddress")
	if !ok || !strings.EqualFold(string(address), d.address) {
		return nil
	}
	_, err := fmt.Fprintf(d.stdout, "%s received %q\n", d.address, m.Content())
	return err
}

// Package identitymap gives messages of devices on the spot the identity that the cloud knows them
// by, and messages from the cloud the address of their device, as v1's module of that name does.
//
//	source             looked up by   what is published on
//	iothub             deviceName     + macAddress, source=mapping, - deviceName, deviceKey
//	any but mapping    macAddress     + deviceName, deviceKey, source=mapping, - macAddress
//
// A message without source, or with mapping, is none of its business; neither is one to the cloud
// that has no macAddress or has a deviceName and a deviceKey already. What it should map and cannot
// is dropped, as in v1; it is counted by reason, logged, and summed up at the end.
package identitymap

import (
	"context"
	"encoding/json"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/message"
	"github.com/millrace/millrace/module"
	"github.com/millrace/millrace/modules/internal/tally"
)

// Spec describes the module.
func Spec() module.Spec {
	return module.Spec{
		Name:    "identity_map",
		Summary: "Maps the addresses of devices to their identities in the cloud, and back",
		List:    true,
		Args: []module.Arg{
			{
				Name: "macAddress", Type: module.String, Required: true,
				Doc: "The device's address, six pairs of hexadecimal digits in any case, joined by colons",
			},
			{
				Name: "deviceId", Type: module.String, Required: true, Pattern: `.+`,
				Doc: "The device's name in the cloud",
			},
			{
				Name: "deviceKey", Type: module.String, Required: true, Pattern: `.+`, Base64: true,
				Doc: "The device's key in the cloud, better from ${NAME} or ${file:PATH} than written here",
			},
		},
		Reads: []module.Property{
			{Name: source, Doc: "iothub: on its way to a device; mapping: ignored; other: to the cloud"},
			{Name: macAddress, Doc: "The device that the message is from, in any case of letters"},
			{Name: deviceName, Doc: "The device that the message is for"},
			{Name: deviceKey, Doc: "With deviceName, says that the message is mapped already"},
		},
		Writes: []module.Property{
			{Name: source, Doc: "Always mapping"},
			{Name: deviceName, Doc: "To the cloud: the device's name there"},
			{Name: deviceKey, Doc: "To the cloud: the device's key there", Secret: true},
			{Name: macAddress, Doc: "To a device: its address, in upper case"},
			{Name: "*", Doc: "The other properties of the message as they were"},
		},
		Example: json.RawMessage(`[{"macAddress":"01:01:01:01:01:01","deviceId":"boiler",` +
			`"deviceKey":"Ym9pbGVyIGtleQ=="}]`),
		New: func() module.Module { return &mapper{tally: tally.New(nil)} },
	}
}

// The properties that the module deals with, and the values of source that it knows.
const (
	source     = "source"
	macAddress = "macAddress"
	deviceName = "deviceName"
	deviceKey  = "deviceKey"

	fromCloud = "iothub"
	mapped    = "mapping"
)

type mapper struct {
	table table
	tally *tally.Tally
	batch []message.Draft // scratch of ReceiveBatch
}

func (p *mapper) Configure(raw json.RawMessage) error {
	var entries []entry
	if err := module.Decode(raw, &entries); err != nil {
		return err
	}
	var err error
	p.table, err = newTable(entries)
	return err
}

func (p *mapper) Open(_ context.Context, host module.Host) error {
	p.tally.LogTo(host.Log())
	for _, name := range p.table.shared {
		host.Log().Warn("several addresses have this deviceId; messages from the cloud go to the first",
			"deviceId", name)
	}
	return nil
}

// ReceiveBatch publishes what it has mapped as one batch. As a handler it is refused memory rather
// than made to wait for it; what cannot be published for that is counted too.
func (p *mapper) ReceiveBatch(
	ctx context.Context, out *engine.Publisher, batch []message.Message,
) error {
	defer func() {
		clear(p.batch)
		p.batch = p.batch[:0]
	}()
	for _, m := range batch {
		way, why := p.table.route(m)
		if way.entry == nil {
			p.pass(why, m)
			continue
		}
		d, err := way.draft(ctx, out, m)
		if err != nil {
			p.tally.Lose(unpublished, "error", err)
			continue
		}
		p.batch = append(p.batch, d)
	}
	p.publish(ctx, out)
	return nil
}

func (p *mapper) publish(ctx context.Context, out *engine.Publisher) {
	if len(p.batch) == 0 {
		return
	}
	if err := out.PublishBatch(ctx, p.batch); err != nil {
		for range p.batch {
			p.tally.Lose(unpublished, "error", err)
		}
		return
	}
	p.tally.Count(published, len(p.batch))
}

// pass counts a message that is not mapped: quietly if it is none of the module's business.
func (p *mapper) pass(why outcome, m message.Message) {
	if why.ignored {
		p.tally.Count(why.words, 1)
		return
	}
	value, _ := m.Property(why.property)
	p.tally.Lose(why.words, why.property, clip(string(value)))
}

func (p *mapper) Close() error {
	p.tally.Report()
	return nil
}

// Figures implements module.Reporter: what became of messages, as the log has it at the end.
func (p *mapper) Figures() []module.Figure { return p.tally.Figures() }

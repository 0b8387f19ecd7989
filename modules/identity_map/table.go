package identitymap

import (
	"context"
	"strconv"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/fault"
	"github.com/millrace/millrace/message"
)

// entry is one device, as the arguments have it.
type entry struct {
	Address string `json:"macAddress"`
	Name    string `json:"deviceId"`
	Key     string `json:"deviceKey"`
}

// table finds devices by address and by name.
type table struct {
	byAddress map[string]*entry // in upper case
	byName    map[string]*entry // the first of that name
	shared    []string          // names that have several addresses
}

// newTable checks what Args cannot say. Devices may share a name and its key, as in v1: many
// sensors may be one device to the cloud.
func newTable(entries []entry) (table, error) {
	var faults fault.List
	t := table{byAddress: make(map[string]*entry), byName: make(map[string]*entry)}
	for i := range entries {
		e := &entries[i]
		address := make([]byte, 0, addressLength)
		address, ok := canonical(address, []byte(e.Address))
		if !ok {
			faults.Add(fault.At(fault.Index(i), fault.Key(macAddress)),
				strconv.Quote(clip(e.Address))+" is not a MAC address", "want XX:XX:XX:XX:XX:XX, X from 0 to F")
			continue
		}
		e.Address = string(address)
		faults.Under(fault.At(fault.Index(i)), t.add(e))
	}
	return t, faults.Err()
}

func (t *table) add(e *entry) error {
	if known := t.byAddress[e.Address]; known != nil && *known == *e {
		return nil // the same again, which v1 takes, too
	} else if known != nil {
		return fault.Fault{Path: fault.At(fault.Key(macAddress)), Problem: "mapped twice",
			Want: "want each address once"}
	}
	t.byAddress[e.Address] = e
	first := t.byName[e.Name]
	switch {
	case first == nil:
		t.byName[e.Name] = e
	case first.Key != e.Key:
		return fault.Fault{Path: fault.At(fault.Key(deviceKey)),
			Problem: "not the key that this deviceId has before", Want: "want one key for each deviceId"}
	default:
		t.shared = append(t.shared, e.Name)
	}
	return nil
}

// outcome is why a message is not mapped.
type outcome struct {
	words    string
	property string // the one that was looked up
	ignored  bool   // the message is none of the module's business
}

var (
	noSource      = outcome{words: "ignored: no source", ignored: true}
	alreadyMapped = outcome{words: "ignored: mapped already", ignored: true}
	noAddress     = outcome{words: "ignored: no macAddress", ignored: true}
	noName        = outcome{words: "dropped: no deviceName", property: deviceName}
	notAnAddress  = outcome{words: "dropped: not a MAC address", property: macAddress}
	notInTheMap   = outcome{words: "dropped: address not in the map", property: macAddress}
	nameNotInMap  = outcome{words: "dropped: deviceName not in the map", property: deviceName}
)

// The other outcomes a message can have.
const (
	published   = "mapped"
	unpublished = "dropped: could not be published"
)

// route finds out where a message goes, or why it is not mapped.
func (t *table) route(m message.Message) (route, outcome) {
	from, ok := m.Property(source)
	switch {
	case !ok:
		return route{}, noSource
	case string(from) == mapped:
		return route{}, alreadyMapped
	case string(from) == fromCloud:
		return t.toDevice(m)
	default:
		return t.toCloud(m)
	}
}

func (t *table) toDevice(m message.Message) (route, outcome) {
	name, ok := m.Property(deviceName)
	if !ok {
		return route{}, noName
	}
	if e := t.byName[string(name)]; e != nil {
		return route{entry: e, down: true}, outcome{}
	}
	return route{}, nameNotInMap
}

func (t *table) toCloud(m message.Message) (route, outcome) {
	written, ok := m.Property(macAddress)
	if !ok {
		return route{}, noAddress
	}
	_, named := m.Property(deviceName)
	if _, keyed := m.Property(deviceKey); named && keyed {
		return route{}, alreadyMapped
	}
	var buffer [addressLength]byte
	address, ok := canonical(buffer[:0], written)
	if !ok {
		return route{}, notAnAddress
	}
	if e := t.byAddress[string(address)]; e != nil {
		return route{entry: e}, outcome{}
	}
	return route{}, notInTheMap
}

// route is the way of one message; without an entry it has none.
type route struct {
	*entry
	down bool // from the cloud to the device
}

// draft makes the mapped message: a copy of m with other properties.
func (r route) draft(
	ctx context.Context, out *engine.Publisher, m message.Message,
) (message.Draft, error) {
	d, err := out.ClaimFrom(ctx, m)
	if err != nil {
		return d, err
	}
	if r.down {
		d.Delete(deviceName)
		d.Delete(deviceKey)
		d.Set(macAddress, r.Address)
	} else {
		d.Delete(macAddress)
		d.Set(deviceName, r.Name)
		d.Set(deviceKey, r.Key)
	}
	d.Set(source, mapped)
	d.SetContent(m.Content())
	if err = d.Err(); err != nil {
		d.Abort()
	}
	return d, err
}

const addressLength = len("XX:XX:XX:XX:XX:XX")

// canonical appends the address in upper case, or reports that it is none.
func canonical(dst, address []byte) ([]byte, bool) {
	if len(address) != addressLength {
		return nil, false
	}
	for i, c := range address {
		if 'a' <= c && c <= 'f' {
			c -= 'a' - 'A'
		}
		digit := '0' <= c && c <= '9' || 'A' <= c && c <= 'F'
		if colon := i%3 == 2; colon && c != ':' || !colon && !digit {
			return nil, false
		}
		dst = append(dst, c)
	}
	return dst, true
}

// clip shortens what somebody else wrote to what a line can hold.
func clip(text string) string {
	const most = 64
	if len(text) > most {
		return text[:most] + "…"
	}
	return text
}

package identitymap_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/millrace/millrace/module/moduletest"
	identitymap "github.com/millrace/millrace/modules/identity_map"
)

const args = `[
	{"macAddress":"01:02:03:0a:0B:0c","deviceId":"boiler","deviceKey":"a2V5"},
	{"macAddress":"FF:FF:FF:FF:FF:FF","deviceId":"freezer","deviceKey":"Y29sZA=="}
]`

func TestConformance(t *testing.T) {
	moduletest.Run(t, moduletest.Kind{
		Spec: identitymap.Spec(), Args: args,
		BadArgs: []string{
			`[]`, `{}`, `null`,
			`[{"macAddress":"01:02:03:04:05:06","deviceId":"","deviceKey":"k"}]`,
			`[{"macAddress":"01:02:03:04:05:06","deviceId":"d","deviceKey":""}]`,
		},
	})
}

// TestArgumentsAreChecked: what is wrong is said with its place, and no key with it.
func TestArgumentsAreChecked(t *testing.T) {
	device := func(address, id, key string) map[string]string {
		return map[string]string{"macAddress": address, "deviceId": id, "deviceKey": key}
	}
	good := device("01:02:03:04:05:06", "d", "secret")
	for _, c := range []struct {
		entries []map[string]string
		want    string
	}{
		{[]map[string]string{good}, ""},
		{[]map[string]string{good, device("01:02:03:04:05:07", "d", "secret")}, ""},
		{[]map[string]string{good, good}, ""},
		{[]map[string]string{good, device("01:02:03:04:05:0g", "e", "secret")},
			`[1].macAddress: "01:02:03:04:05:0g" is not a MAC address; want XX:XX:XX:XX:XX:XX, X from 0 to F`},
		{[]map[string]string{device("010203040506", "d", "secret"), device("01-02-03-04-05-06", "e", "secret")},
			`[0].macAddress: "010203040506" is not a MAC address; want XX:XX:XX:XX:XX:XX, X from 0 to F` + "\n" +
				`[1].macAddress: "01-02-03-04-05-06" is not a MAC address; want XX:XX:XX:XX:XX:XX, X from 0 to F`},
		{[]map[string]string{device("ab:02:03:04:05:06", "d", "k"), device("AB:02:03:04:05:06", "e", "k")},
			`[1].macAddress: mapped twice; want each address once`},
		{[]map[string]string{good, device("01:02:03:04:05:07", "d", "hidden")},
			`[1].deviceKey: not the key that this deviceId has before; want one key for each deviceId`},
	} {
		text, err := json.Marshal(c.entries)
		if err != nil {
			t.Fatal(err)
		}
		err = identitymap.Spec().Check(text)
		if err == nil {
			err = identitymap.Spec().New().Configure(text)
		}
		if err == nil && c.want != "" || err != nil && err.Error() != c.want {
			t.Errorf("%s:\n got %v\nwant %s", text, err, c.want)
		}
	}
}

// with copies properties and changes some; an empty value removes.
func with(properties map[string]string, changes ...string) map[string]string {
	changed := maps.Clone(properties)
	for i := 0; i < len(changes); i += 2 {
		changed[changes[i]] = changes[i+1]
		if changes[i+1] == "" {
			delete(changed, changes[i])
		}
	}
	return changed
}

var (
	up = map[string]string{"source": "bleTelemetry", "macAddress": "01:02:03:0A:0B:0C", "unit": "C"}
	// down is a message from the cloud; iothub has given it source and deviceName.
	down = map[string]string{"source": "iothub", "deviceName": "freezer", "unit": "C"}
)

func TestToTheCloud(t *testing.T) {
	mapped := with(up, "macAddress", "", "source", "mapping", "deviceName", "boiler", "deviceKey", "a2V5")
	for name, in := range map[string]map[string]string{
		"upper case": up,
		"lower case": with(up, "macAddress", "01:02:03:0a:0b:0c"),
		"mixed case": with(up, "macAddress", "01:02:03:0A:0b:0C"),
		"name only":  with(up, "deviceName", "stale"),
		"key only":   with(up, "deviceKey", "stale"),
		"register":   with(up, "deviceFunction", "register"),
	} {
		want := mapped
		if f := in["deviceFunction"]; f != "" {
			want = with(mapped, "deviceFunction", f)
		}
		expect(t, name, in, want, "")
	}
}

func TestToTheDevice(t *testing.T) {
	mapped := with(down, "deviceName", "", "source", "mapping", "macAddress", "FF:FF:FF:FF:FF:FF")
	for name, in := range map[string]map[string]string{
		"plain":          down,
		"with a key":     with(down, "deviceKey", "k"),
		"with addresses": with(down, "macAddress", "01:02:03:0A:0B:0C"),
	} {
		expect(t, name, in, mapped, "")
	}
}

// TestPassedOver: what is not mapped is counted by reason; what could have been is warned of.
func TestPassedOver(t *testing.T) {
	for reason, in := range map[string]map[string]string{
		"ignored: no source":                 with(up, "source", ""),
		"ignored: no macAddress":             with(up, "macAddress", ""),
		"dropped: not a MAC address":         with(up, "macAddress", "01:02:03:0A:0B:0"),
		"dropped: address not in the map":    with(up, "macAddress", "01:02:03:0A:0B:0D"),
		"dropped: deviceName not in the map": with(down, "deviceName", "Freezer"),
		"dropped: no deviceName":             with(down, "deviceName", ""),
	} {
		expect(t, reason, in, nil, reason)
	}
	for _, in := range []map[string]string{
		with(up, "source", "mapping"), with(up, "deviceName", "d", "deviceKey", "k"),
	} {
		expect(t, "mapped already", in, nil, "ignored: mapped already")
	}
}

// expect feeds one message, with content, and compares what is published: nil for nothing.
func expect(t *testing.T, name string, in, want map[string]string, reason string) {
	t.Helper()
	rig := moduletest.Start(t, identitymap.Spec(), args, moduletest.Options{})
	rig.Feed(moduletest.Message{Properties: in, Content: "21\x00\xff"})
	if err := rig.Stop(); err != nil {
		t.Fatal(err)
	}
	got := rig.Collected()
	switch {
	case want == nil && len(got) > 0:
		t.Errorf("%s: published %v", name, got)
	case want == nil:
		counted(t, rig.Logged(), reason)
	case len(got) != 1 || !maps.Equal(got[0].Properties, want) || got[0].Content != "21\x00\xff":
		t.Errorf("%s: published %v, want %v", name, got, want)
	}
	if strings.Contains(rig.Logged(), "a2V5") {
		t.Errorf("%s: a key in the log", name)
	}
}

// counted looks for the outcome in the report at the end, and for a warning if one is due.
func counted(t *testing.T, log, reason string) {
	t.Helper()
	if !strings.Contains(log, `"`+reason+`"=1`) {
		t.Errorf("%q is not in the report:\n%s", reason, log)
	}
	warned := strings.Contains(log, `reason="`+reason+`"`)
	if strings.HasPrefix(reason, "dropped") != warned {
		t.Errorf("%q: warned %v:\n%s", reason, warned, log)
	}
}

// TestSharedName: several addresses may be one device to the cloud; the first gets its messages.
func TestSharedName(t *testing.T) {
	shared := `[{"macAddress":"01:01:01:01:01:01","deviceId":"d","deviceKey":"a2V5"},
		{"macAddress":"02:02:02:02:02:02","deviceId":"d","deviceKey":"a2V5"}]`
	rig := moduletest.Start(t, identitymap.Spec(), shared, moduletest.Options{})
	rig.Feed(
		moduletest.Message{Properties: with(up, "macAddress", "02:02:02:02:02:02")},
		moduletest.Message{Properties: with(down, "deviceName", "d")})
	if err := rig.Stop(); err != nil {
		t.Fatal(err)
	}
	got := rig.Collected()
	if len(got) != 2 || got[0].Properties["deviceName"] != "d" ||
		got[1].Properties["macAddress"] != "01:01:01:01:01:01" {
		t.Errorf("published %v", got)
	}
	if !strings.Contains(rig.Logged(), "several addresses have this deviceId") {
		t.Errorf("not said:\n%s", rig.Logged())
	}
}

// TestManyDevices: v1 went through its list for every message; here the last of many devices is found
// as soon as the first.
func TestManyDevices(t *testing.T) {
	const devices, messages = 20_000, 5000
	entries := make([]map[string]string, devices)
	for i := range entries {
		entries[i] = map[string]string{"macAddress": addressOf(i), "deviceId": fmt.Sprint("d", i), "deviceKey": "k"}
	}
	text, err := json.Marshal(entries)
	if err != nil {
		t.Fatal(err)
	}
	sink := new(counter)
	rig := moduletest.Start(t, identitymap.Spec(), string(text), moduletest.Options{Sink: sink})
	var least [2]time.Duration // of several, so that others on this machine do not count
	const rounds = 5
	for range rounds {
		for i, device := range []int{0, devices - 1} {
			began := time.Now()
			for range messages {
				rig.Feed(moduletest.Message{Properties: with(up, "macAddress", addressOf(device))})
			}
			if took := time.Since(began); least[i] == 0 || took < least[i] {
				least[i] = took
			}
		}
	}
	if err := rig.Stop(); err != nil || sink.n != rounds*2*messages {
		t.Errorf("%v, %d messages", err, sink.n)
	}
	if least[1] > 5*least[0] {
		t.Errorf("the last device takes %v, the first %v", least[1], least[0])
	}
}

func addressOf(i int) string { return fmt.Sprintf("00:00:00:00:%02X:%02X", i>>8, i&0xff) }

// TestOrder: a batch with messages of every fate comes out in order.
func TestOrder(t *testing.T) {
	rig := moduletest.Start(t, identitymap.Spec(), args, moduletest.Options{})
	var in []moduletest.Message
	var want []string
	for i := range 300 {
		m := moduletest.Message{Properties: up, Content: string(rune('a' + i%26))}
		switch i % 3 {
		case 0:
			m.Properties = with(up, "macAddress", "nonsense")
		case 1:
			m.Properties = down
		}
		if i%3 != 0 {
			want = append(want, m.Content)
		}
		in = append(in, m)
	}
	rig.Feed(in...)
	if err := rig.Stop(); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range rig.Collected() {
		got = append(got, m.Content)
	}
	if strings.Join(got, "") != strings.Join(want, "") {
		t.Errorf("got %d messages in another order or number than %d", len(got), len(want))
	}
	if !strings.Contains(rig.Logged(), "mapped=200") {
		t.Errorf("not 200 counted:\n%s", rig.Logged())
	}
}

// FuzzAddress: no address panics, and one that is accepted is found again in any case.
func FuzzAddress(f *testing.F) {
	f.Add("01:02:03:0a:0B:0c")
	f.Add("ſ1:02:03:0a:0B:0")
	f.Fuzz(func(t *testing.T, address string) {
		text, err := json.Marshal([]map[string]string{
			{"macAddress": address, "deviceId": "d", "deviceKey": "k"},
			{"macAddress": strings.ToLower(address), "deviceId": "e", "deviceKey": "k"},
		})
		if err != nil {
			t.Fatal(err)
		}
		err = identitymap.Spec().New().Configure(text)
		if err == nil || !strings.Contains(err.Error(), "is not a MAC address") &&
			!strings.Contains(err.Error(), "mapped twice") {
			t.Errorf("%q: %v", address, err)
		}
	})
}

package iothub_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/millrace/millrace/module/moduletest"
	"github.com/millrace/millrace/modules/internal/hubtest"
	"github.com/millrace/millrace/modules/iothub"
)

// The keys of the devices, which may appear nowhere.
var keys = map[string]string{
	"boiler":  base64.StdEncoding.EncodeToString([]byte("boiler's secret key")),
	"freezer": base64.StdEncoding.EncodeToString([]byte("freezer's secret key")),
}

// argsFor makes the arguments that connect to a hub; more come as pairs of key and JSON value.
func argsFor(hub *hubtest.Hub, more ...string) string {
	args := map[string]json.RawMessage{
		"IoTHubName": quoted(hubtest.Name), "IoTHubSuffix": quoted(hubtest.Suffix),
		"Endpoint": quoted(hub.Address()), "CAFile": quoted(hub.CAFile()), "RetryPolicy": quoted("IMMEDIATE"),
	}
	for i := 0; i < len(more); i += 2 {
		args[more[i]] = json.RawMessage(more[i+1])
	}
	text, _ := json.Marshal(args)
	return string(text)
}

func quoted(text string) json.RawMessage {
	value, _ := json.Marshal(text)
	return value
}

// from makes a message as the mapping publishes it.
func from(device, content string, more ...string) moduletest.Message {
	m := moduletest.Message{Content: content, Properties: map[string]string{
		"source": "mapping", "deviceName": device, "deviceKey": keys[device],
	}}
	for i := 0; i < len(more); i += 2 {
		m.Properties[more[i]] = more[i+1]
	}
	return m
}

func start(t *testing.T, args string) *moduletest.Rig {
	t.Helper()
	rig := moduletest.Start(t, iothub.Spec(), args, moduletest.Options{})
	t.Cleanup(func() {
		_ = rig.Stop()
		for _, key := range keys {
			if strings.Contains(rig.Logged(), key) || strings.Contains(rig.Logged(), "SharedAccess") {
				t.Errorf("a secret in the log:\n%s", rig.Logged())
			}
		}
	})
	return rig
}

func stop(t *testing.T, rig *moduletest.Rig) {
	t.Helper()
	if err := rig.Stop(); err != nil {
		t.Error(err)
	}
	for _, err := range rig.ReceiveErrors() {
		t.Error(err)
	}
}

// reports expects numbers in the report at the end, such as "confirmed", 3.
func reports(t *testing.T, rig *moduletest.Rig, outcomes map[string]int) {
	t.Helper()
	_, last, _ := strings.Cut(rig.Logged(), `msg="messages in all"`)
	var want []string
	for outcome, n := range outcomes {
		if strings.Contains(outcome, " ") {
			outcome = `"` + outcome + `"`
		}
		want = append(want, fmt.Sprintf(" %s=%d", outcome, n))
	}
	for _, w := range want {
		if !strings.Contains(last, w) {
			t.Errorf("not%s in the report:\n%s", w, rig.Logged())
		}
	}
	if got := strings.Count(last, "="); got != 1+len(want) { // module=subject is one
		t.Errorf("%d outcomes, want %d:%s", got-1, len(want), last)
	}
}

func TestConformance(t *testing.T) {
	moduletest.Run(t, moduletest.Kind{
		Spec: iothub.Spec(),
		BadArgs: []string{
			`{"IoTHubName":"<<insert here IoTHubName>>","IoTHubSuffix":"azure-devices.net"}`,
			`{"IoTHubName":"contoso","IoTHubSuffix":"<<insert here IoTHubSuffix>>"}`,
			`{"IoTHubName":"contoso","IoTHubSuffix":"azure-devices.net","Transport":"COAP"}`,
			`{"IoTHubName":"contoso","IoTHubSuffix":"azure-devices.net","RetryPolicy":"SOMETIMES"}`,
			`{"IoTHubName":"contoso","IoTHubSuffix":"azure-devices.net","Endpoint":"localhost"}`,
			`{"IoTHubName":"contoso","IoTHubSuffix":"azure-devices.net","Endpoint":":8883"}`,
			`{"IoTHubName":"contoso","IoTHubSuffix":"azure-devices.net","Endpoint":"localhost:mqtt"}`,
			`{"IoTHubName":"contoso","IoTHubSuffix":"azure-devices.net","RetryTimeout":-1}`,
			`{"IoTHubName":"contoso","IoTHubSuffix":"azure-devices.net","BufferedBytes":1000}`,
		},
	})
}

// TestToTheCloud: what the hub gets is the content and the properties as they were, without those
// that name the device.
func TestToTheCloud(t *testing.T) {
	hub := hubtest.Start(t, keys)
	rig := start(t, argsFor(hub))
	odd := map[string]string{
		"unit": "°C", "a b": "1+1=2 & more", "slash/": "%41?#", "empty": "", "quote\"": "\x01\n\u2028",
	}
	m := from("boiler", "\x00\xffbytes")
	maps.Copy(m.Properties, odd)
	rig.Feed(m, from("freezer", ""), from("boiler", "second"))
	stop(t, rig)
	odd["source"] = "mapping"
	want := map[string][]hubtest.Message{
		"boiler": {
			{Device: "boiler", Properties: odd, Content: "\x00\xffbytes"},
			{Device: "boiler", Properties: map[string]string{"source": "mapping"}, Content: "second"},
		},
		"freezer": {{Device: "freezer", Properties: map[string]string{"source": "mapping"}}},
	}
	got := map[string][]hubtest.Message{}
	for _, m := range hub.Messages() {
		got[m.Device] = append(got[m.Device], m)
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	reports(t, rig, map[string]int{"confirmed": 3})
	if logins := hub.Logins(); len(logins) != 2 {
		t.Errorf("%d logins for two devices: %v", len(logins), logins)
	}
}

// TestNotForTheCloud: v1's conditions, one broken at a time.
func TestNotForTheCloud(t *testing.T) {
	hub := hubtest.Start(t, keys)
	rig := start(t, argsFor(hub))
	without := func(keys ...string) moduletest.Message {
		m := from("boiler", "no")
		for _, key := range keys {
			delete(m.Properties, key)
		}
		return m
	}
	rig.Feed(without("source"), without("deviceName"), without("deviceKey"),
		from("boiler", "no", "source", "bleTelemetry"), from("boiler", "no", "source", "iothub"),
		from("boiler", "no", "deviceFunction", "other"),
		from("boiler", "no", "source", "iothub", "deviceFunction", "register"),
		moduletest.Message{})
	stop(t, rig)
	if got := hub.Messages(); len(got) > 0 || len(hub.Logins()) > 0 {
		t.Errorf("sent %v over %v", got, hub.Logins())
	}
	reports(t, rig, map[string]int{"ignored: not for the cloud": 8})
}

// TestRegister: a registration, with or without a source, connects the device and sends nothing.
func TestRegister(t *testing.T) {
	hub := hubtest.Start(t, keys)
	rig := start(t, argsFor(hub))
	bare := from("freezer", "", "deviceFunction", "register")
	delete(bare.Properties, "source")
	rig.Feed(from("boiler", "", "deviceFunction", "register"), bare)
	hub.AwaitSubscribed("boiler")
	hub.AwaitSubscribed("freezer")
	hub.Send("freezer", "", "hello")
	rig.Await(1)
	stop(t, rig)
	if got := hub.Messages(); len(got) > 0 {
		t.Errorf("sent %v", got)
	}
	reports(t, rig, map[string]int{"registered": 2, "from the cloud": 1})
}

// TestFromTheCloud: properties are decoded, v1's two win, and the hub's own are left out.
func TestFromTheCloud(t *testing.T) {
	hub := hubtest.Start(t, keys)
	rig := start(t, argsFor(hub))
	rig.Feed(from("boiler", "", "deviceFunction", "register"))
	hub.AwaitSubscribed("boiler")
	hub.Send("boiler", "%24.mid=1&%24.to=%2Fdevices%2Fboiler&iothub-ack=full&a%20b=1%2B1%3D2%26&flag&"+
		"empty=&source=cloud&deviceName=other&bad=%zz&&=nameless", "down\x00\xff")
	hub.Send("boiler", "", "plain")
	got := rig.Await(2)
	want := []moduletest.Message{
		{Content: "down\x00\xff", Properties: map[string]string{
			"source": "iothub", "deviceName": "boiler", "a b": "1+1=2&", "flag": "", "empty": "", "bad": "%zz",
		}},
		{Content: "plain", Properties: map[string]string{"source": "iothub", "deviceName": "boiler"}},
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	hub.AwaitAcknowledged("boiler")
	stop(t, rig)
	reports(t, rig, map[string]int{"registered": 1, "from the cloud": 2})
}

// TestFromTheCloudUnfit: a message that no gateway message can hold is counted and not sent again.
func TestFromTheCloudUnfit(t *testing.T) {
	hub := hubtest.Start(t, keys)
	rig := start(t, argsFor(hub))
	rig.Feed(from("boiler", "", "deviceFunction", "register"))
	hub.AwaitSubscribed("boiler")
	hub.Send("boiler", "nul=%00", "unfit")
	hub.Send("boiler", "", "fit")
	if got := rig.Await(1); got[0].Content != "fit" {
		t.Errorf("published %v", got)
	}
	hub.AwaitAcknowledged("boiler")
	stop(t, rig)
	reports(t, rig, map[string]int{
		"registered": 1, "from the cloud": 1, "dropped: from the cloud, cannot be published": 1,
	})
}

// TestReceipts: v1's words for what became of a message, for those who ask.
func TestReceipts(t *testing.T) {
	hub := hubtest.Start(t, keys)
	rig := start(t, argsFor(hub))
	rig.Feed(from("boiler", "asks", "iotHubMessageId", "id 1"), from("boiler", "does not"),
		from("boiler", strings.Repeat("x", 300<<10), "iotHubMessageId", "id 2"),
		from("a/b", "x", "iotHubMessageId", "id 3"))
	got := map[string]string{}
	for _, m := range rig.Await(3) {
		if m.Content != "" || m.Properties["source"] != "iothub" || len(m.Properties) != 3 {
			t.Errorf("not a receipt: %v", m)
		}
		got[m.Properties["iotHubMessageId"]] = m.Properties["iotHubMessageDeliveryStatus"]
	}
	want := map[string]string{"id 1": "OK", "id 2": "ERROR", "id 3": "ERROR"}
	if !maps.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	stop(t, rig)
	reports(t, rig, map[string]int{
		"confirmed": 2, "dropped: too large for the hub": 1, "dropped: deviceName cannot be used": 1,
	})
}

// TestReceiptsAtTheEnd: what is confirmed while the gateway drains has its receipt all the same.
func TestReceiptsAtTheEnd(t *testing.T) {
	hub := hubtest.Start(t, keys)
	rig := start(t, argsFor(hub))
	for i := range 200 {
		rig.Feed(from("boiler", "x", "iotHubMessageId", fmt.Sprint(i)))
	}
	stop(t, rig)
	if got := rig.Collected(); len(got) != 200 || len(hub.Messages()) != 200 {
		t.Errorf("%d receipts for %d messages", len(got), len(hub.Messages()))
	}
	reports(t, rig, map[string]int{"confirmed": 200})
}

func TestMaxDevices(t *testing.T) {
	hub := hubtest.Start(t, keys)
	rig := start(t, argsFor(hub, "MaxDevices", "1"))
	rig.Feed(from("boiler", "1"), from("freezer", "2"), from("boiler", "3"))
	stop(t, rig)
	if got := hub.Messages(); len(got) != 2 || got[0].Device != "boiler" || got[1].Content != "3" {
		t.Errorf("sent %v", got)
	}
	reports(t, rig, map[string]int{"confirmed": 2, "dropped: more devices than MaxDevices": 1})
}

// TestTransports: v1's are accepted in any case; the one that is not spoken is said to be replaced.
func TestTransports(t *testing.T) {
	for transport, warned := range map[string]bool{"MQTT": false, "mqtt": false, "Http": true, "AMQP": true} {
		hub := hubtest.Start(t, keys)
		rig := start(t, argsFor(hub, "Transport", string(quoted(transport))))
		rig.Feed(from("boiler", transport))
		stop(t, rig)
		if len(hub.Messages()) != 1 {
			t.Errorf("%s: sent %v", transport, hub.Messages())
		}
		if got := strings.Contains(rig.Logged(), "MQTT over TLS is used instead"); got != warned {
			t.Errorf("%s: warned %v:\n%s", transport, got, rig.Logged())
		}
	}
}

package standard_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/millrace/millrace/document"
	"github.com/millrace/millrace/gateway"
	"github.com/millrace/millrace/modules/internal/hubtest"
	"github.com/millrace/millrace/modules/standard"
)

// The two devices of the cloud sample, with what its placeholders stand for.
var (
	cloudKeys = map[string]string{
		"first":  base64.StdEncoding.EncodeToString([]byte("the first device's key")),
		"second": base64.StdEncoding.EncodeToString([]byte("the second device's key")),
	}
	variables = map[string]string{
		"IOTHUB_NAME": hubtest.Name, "IOTHUB_SUFFIX": hubtest.Suffix,
		"DEVICE1_ID": "first", "DEVICE1_KEY": cloudKeys["first"],
		"DEVICE2_ID": "second", "DEVICE2_KEY": cloudKeys["second"],
	}
)

// screen is what modules print to, or log to, while a test looks on.
type screen struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(p)
}

func (s *screen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

func (s *screen) await(t *testing.T, part string) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); !strings.Contains(s.String(), part); {
		if time.Now().After(deadline) {
			t.Fatalf("no %q in\n%s", part, s)
		}
		time.Sleep(time.Millisecond)
	}
}

// upload is a gateway that runs the cloud sample.
type upload struct {
	t           *testing.T
	output, log screen
	cancel      context.CancelFunc
	done        chan struct{}
	report      gateway.Report
	err         error
	took        time.Duration // from the wish to stop to the end
}

// startUpload runs a document of the cloud sample, changed so that it finds the hub and hurries.
func startUpload(t *testing.T, text string, way way, o gateway.Options) *upload {
	t.Helper()
	t.Chdir(t.TempDir())
	kinds, err := standard.Registry()
	if err != nil {
		t.Fatal(err)
	}
	env := func(name string) (string, bool) { value, ok := variables[name]; return value, ok }
	doc, err := document.Parse("upload.json", adapt(t, text, way), kinds, document.Options{Env: env})
	if err != nil {
		t.Fatal(err)
	}
	u := &upload{t: t, done: make(chan struct{})}
	o.Stdout, o.Log = &u.output, slog.New(slog.NewTextHandler(&u.log, nil))
	g, err := gateway.New(doc, o)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	u.cancel = cancel
	go func() {
		defer close(u.done)
		u.report, u.err = g.Run(ctx)
	}()
	t.Cleanup(u.stop)
	return u
}

func (u *upload) stop() {
	begun := time.Now()
	u.cancel()
	<-u.done
	if u.took == 0 {
		u.took = time.Since(begun)
	}
}

// way is how the hub is reached.
type way struct{ address, ca, policy string }

// adapt leaves the document as it is but for the way to the hub and the devices' period.
func adapt(t *testing.T, text string, way way) []byte {
	t.Helper()
	var doc struct {
		Modules []map[string]any `json:"modules"`
		Links   json.RawMessage  `json:"links"`
	}
	if err := json.Unmarshal([]byte(text), &doc); err != nil {
		t.Fatal(err)
	}
	for _, m := range doc.Modules {
		args, _ := m["args"].(map[string]any)
		switch m["name"] {
		case "IotHub":
			args["Endpoint"], args["CAFile"], args["RetryPolicy"] = way.address, way.ca, way.policy
		case "BLE1", "BLE2":
			args["messagePeriod"] = 5
		}
	}
	out, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func cloudExample(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../../examples/simulated_device_cloud_upload.json")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestCloudExample(t *testing.T) {
	u := uploads(t, cloudExample(t))
	logged, err := os.ReadFile("deviceCloudUploadGatewaylog.log")
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range cloudKeys {
		if bytes.Contains(logged, []byte(key)) {
			t.Error("a key of a device is in the log file")
		}
	}
	if strings.Contains(u.log.String(), "MQTT over TLS is used instead") {
		t.Error("its transport is not what is spoken")
	}
}

// TestCloudSampleOfV1 runs v1's own document where a copy of it is at hand, placeholders filled in.
func TestCloudSampleOfV1(t *testing.T) {
	folder := os.Getenv("MILLRACE_V1_DATA")
	if folder == "" {
		t.Skip("MILLRACE_V1_DATA names no folder with v1's samples")
	}
	raw, err := os.ReadFile(filepath.Join(folder, "samples", "simulated_device_cloud_upload_lin.json"))
	if err != nil {
		t.Fatal(err)
	}
	text := string(raw)
	for _, placeholder := range [][2]string{
		{"IoTHubName", "${IOTHUB_NAME}"}, {"IoTHubSuffix", "${IOTHUB_SUFFIX}"},
		{"deviceId", "${DEVICE1_ID}"}, {"deviceKey", "${DEVICE1_KEY}"},
		{"deviceId", "${DEVICE2_ID}"}, {"deviceKey", "${DEVICE2_KEY}"},
	} {
		text = strings.Replace(text, "<<insert here "+placeholder[0]+">>", placeholder[1], 1)
	}
	u := uploads(t, text)
	if !strings.Contains(u.log.String(), "transport=HTTP") {
		t.Errorf("it is not said that HTTP is not spoken:\n%s", &u.log)
	}
}

// uploads runs the sample for a while, with the hub away for a part of it: temperatures go up, a
// message comes down to the right device, and the balance adds up.
func uploads(t *testing.T, text string) *upload {
	t.Helper()
	hub := hubtest.Start(t, cloudKeys)
	way := way{hub.Address(), hub.CAFile(), "IMMEDIATE"}
	u := startUpload(t, text, way, gateway.Options{StopTimeout: 20 * time.Second})
	hub.Await(20)
	hub.Shut()
	hub.Open()
	hub.Await(40)
	hub.Send("second", "priority=high", "turn it down")
	u.output.await(t, `02:02:02:02:02:02 received "turn it down"`)
	u.stop()
	if u.err != nil {
		t.Error(u.err)
	}
	if strings.Contains(u.output.String(), "01:01:01:01:01:01 received") {
		t.Errorf("the other device got a message too:\n%s", &u.output)
	}
	logged, err := os.ReadFile("deviceCloudUploadGatewaylog.log")
	if err != nil || !logOfV1.Match(logged) {
		t.Errorf("%v, the log is not as v1's:\n%s", err, logged)
	}
	temperatures(t, hub, "first")
	temperatures(t, hub, "second")
	u.balance(len(hub.Messages()))
	return u
}

const aTime = `"time":"[A-Z][a-z]{2} [A-Z][a-z]{2} [ 1-3][0-9] [0-9]{2}:[0-9]{2}:[0-9]{2} [0-9]{4}"`

// logOfV1 is the format of v1's logger, byte by byte.
var logOfV1 = regexp.MustCompile(`^\[\{` + aTime + `,"content":"Log started"\}` +
	`(,\{` + aTime + `,"properties":\{"[^"]+":"[^"]*"(,"[^"]+":"[^"]*")*\},"content":"[A-Za-z0-9+/]*={0,2}"\})+` +
	`,\{` + aTime + `,"content":"Log stopped"\}\]$`)

// temperatures checks a device's messages at the hub: every one, in order, some of them twice.
func temperatures(t *testing.T, hub *hubtest.Hub, device string) {
	t.Helper()
	n := 0
	for _, m := range hub.Messages() {
		if m.Device != device {
			continue
		}
		if len(m.Properties) != 1 || m.Properties["source"] != "mapping" {
			t.Errorf("%s: properties %v", device, m.Properties)
		}
		if want := fmt.Sprintf(`{"temperature": %d.00}`, 10+n%31); m.Content == want {
			n++
		} else if !m.Again {
			t.Errorf("%s: message %d is %s, want %s", device, n, m.Content, want)
		}
	}
	if n < 10 {
		t.Errorf("%s: only %d messages", device, n)
	}
}

// balance compares what mapping has received with what the hub has, which may have some twice.
func (u *upload) balance(atHub int) {
	u.t.Helper()
	var in, delivered uint64
	for _, l := range u.report.Engine.Links {
		if l.Source == "mapping" && l.Sink == "IotHub" {
			in, delivered = l.In, l.Delivered
		}
	}
	// Each of the devices registers once; the cloud's message comes down this way as well.
	const others = 3
	if want := fmt.Sprintf("confirmed=%d", in-others); in != delivered || uint64(atHub) < in-others ||
		!strings.Contains(u.log.String(), want) {
		u.t.Errorf("%d published, %d received, %d at the hub; want %s in\n%s", in, delivered, atHub, want, &u.log)
	}
	if n := u.figure("IotHub", "confirmed"); n != in-others {
		u.t.Errorf("the report has %d confirmed, want %d", n, in-others)
	}
	if u.figure("mapping", "mapped") == 0 {
		u.t.Error("the report does not say what was mapped")
	}
	if strings.Contains(u.log.String(), "dropped") {
		u.t.Errorf("something was dropped:\n%s", &u.log)
	}
	for _, key := range cloudKeys {
		if strings.Contains(u.log.String(), key) {
			u.t.Error("a key of a device is in the log")
		}
	}
}

// figure is what a module counted under that name.
func (u *upload) figure(name, what string) uint64 {
	for _, m := range u.report.Modules {
		for _, f := range m.Figures {
			if m.Name == name && f.Name == what {
				return f.N
			}
		}
	}
	return 0
}

// TestCloudStopsInTime: neither a hub that takes connections and says nothing, nor one that
// acknowledges nothing, nor one that is not there keeps a gateway from stopping in its time. What
// was not sent is counted.
func TestCloudStopsInTime(t *testing.T) {
	text := cloudExample(t)
	hub := hubtest.Start(t, cloudKeys)
	hub.Judge(func(hubtest.Message) hubtest.Verdict { return hubtest.Withhold })
	mute, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer mute.Close()
	for name, c := range map[string]struct{ address, reason string }{
		"silent":    {hub.Address(), "dropped: sent, but not confirmed before the gateway stopped"},
		"mute":      {mute.Addr().String(), "dropped: not sent before the gateway stopped"},
		"not there": {hubtest.Dead(t), "dropped: not sent before the gateway stopped"},
	} {
		t.Run(name, func(t *testing.T) {
			const limit = 2 * time.Second
			way := way{c.address, hub.CAFile(), "INTERVAL"}
			u := startUpload(t, text, way, gateway.Options{StopTimeout: limit})
			time.Sleep(200 * time.Millisecond) // to be in the middle of something, whatever it is
			u.stop()
			if u.took > 4*limit {
				t.Errorf("stopping took %v", u.took)
			}
			if !strings.Contains(u.log.String(), `"`+c.reason+`"=`) {
				t.Errorf("%q is not in the report:\n%s", c.reason, &u.log)
			}
		})
	}
}

package outprocess_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/millrace/millrace/document"
	"github.com/millrace/millrace/gateway"
	"github.com/millrace/millrace/modules/standard"
)

// The gateways of v1's samples run as they are but for their paths: a remote that somebody started,
// one that the gateway launches, and one that hosts a module of ours.
func TestSamplesOfV1(t *testing.T) {
	for _, c := range []struct{ ours, theirs, how string }{
		{"proxy.json", "proxy_sample_lin.json", "echoing"},
		{"launch.json", "launch_sample_lin.json", ""},
		{"host.json", "native_host_sample_lin.json", "hosting"},
	} {
		t.Run(c.ours, func(t *testing.T) { runSample(t, filepath.Join("testdata", c.ours), c.how) })
		t.Run(c.theirs, func(t *testing.T) {
			folder := os.Getenv("MILLRACE_V1_DATA")
			if folder == "" {
				t.Skip("MILLRACE_V1_DATA does not name the folder of v1's samples")
			}
			runSample(t, filepath.Join(folder, "samples", c.theirs), c.how)
		})
	}
}

// runSample runs a document until the greeting is in its log. How is what the remote does that
// somebody else starts; "": the gateway launches it.
func runSample(t *testing.T, file, how string) {
	folder := t.TempDir()
	control := filepath.Join(folder, "c")
	text := adapted(t, file, folder, control)
	if how != "" {
		begin(t, how, control)
	}
	kinds, err := standard.Registry()
	if err != nil {
		t.Fatal(err)
	}
	d, err := document.Parse(file, text, kinds, document.Options{})
	if err != nil {
		t.Fatal(err)
	}
	g, err := gateway.New(d, gateway.Options{Log: slog.New(slog.DiscardHandler), StopTimeout: patience})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	go func() {
		awaitGreeting(t, filepath.Join(folder, "log.txt"))
		stop()
	}()
	report, err := g.Run(ctx)
	if err != nil {
		t.Error(err)
	}
	if f := figures(report); f["attachments"] != 1 || f["handed over"] == 0 || f["of these unconfirmed"] != 0 {
		t.Errorf("%v", f)
	}
	expectLog(t, filepath.Join(folder, "log.txt"))
}

// adapted moves a sample's files into the test's folder.
func adapted(t *testing.T, file, folder, control string) []byte {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	quoted := func(path string) string {
		q, err := json.Marshal(path)
		if err != nil {
			t.Fatal(err)
		}
		return string(q)
	}
	for old, path := range map[string]string{
		`"/tmp/proxy_sample.control"`: control,
		`"outprocess_module_control"`: control,
		`"/tmp/proxy_sample.message"`: filepath.Join(folder, "m"),
		`"log.txt"`:                   filepath.Join(folder, "log.txt"),
		`"./proxy_sample_remote"`:     os.Args[0],
	} {
		text = bytes.ReplaceAll(text, []byte(old), []byte(quoted(path)))
	}
	program := quoted(os.Args[0])
	return bytes.ReplaceAll(text, []byte(program),
		[]byte(program+`, "env": {"`+behaviour+`": "echoing", "GORACE": "atexit_sleep_ms=0"}`))
}

// begin starts a remote as somebody else would, before the gateway.
func begin(t *testing.T, how, control string) {
	t.Helper()
	command := exec.Command(os.Args[0], control)
	command.Env = append(os.Environ(), behaviour+"="+how)
	command.Stderr = os.Stderr
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = command.Process.Kill()
		_ = command.Wait()
	})
}

// greeting is what v1's hello_world says, as its logger writes it.
const greeting = `"properties":{"helloWorld":"from Azure IoT Gateway SDK simple sample!"`

func awaitGreeting(t *testing.T, path string) {
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		if text, err := os.ReadFile(path); err == nil && strings.Contains(string(text), greeting) {
			return
		}
	}
	t.Errorf("no greeting in %s", path)
}

const aTime = `"time":"[A-Z][a-z]{2} [A-Z][a-z]{2} [ 1-3][0-9] [0-9]{2}:[0-9]{2}:[0-9]{2} [0-9]{4}"`

// logOfV1 is the format of v1's logger, byte by byte; the remote may have added a property.
var logOfV1 = regexp.MustCompile(`^\[\{` + aTime + `,"content":"Log started"\}` +
	`(,\{` + aTime + `,` + regexp.QuoteMeta(greeting) + `(,"process":"[0-9]+")?\},"content":"aGVsbG8gd29ybGQ="\})+` +
	`,\{` + aTime + `,"content":"Log stopped"\}\]$`)

func expectLog(t *testing.T, path string) {
	t.Helper()
	if text, err := os.ReadFile(path); err != nil || !logOfV1.Match(text) {
		t.Errorf("%v, not as v1's:\n%s", err, text)
	}
}

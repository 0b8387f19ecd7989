package main

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/millrace/millrace/document"
	"github.com/millrace/millrace/gateway"
	"github.com/millrace/millrace/modules/standard"
)

// ofV1 is what becomes of v1's samples, and of ours that are like them, when they are checked as they
// are: nothing, or these mistakes.
var ofV1 = map[string][]string{
	"hello_world":    nil,
	"performance":    nil,
	"native_host":    nil,
	"launch":         nil,
	"proxy":          nil,
	"modules":        {`missing key "links"`},
	"links":          {`missing key "modules"`},
	"cloud":          {"modules[0].args.IoTHubName", "modules[0].args.IoTHubSuffix"}, // placeholders
	"functions":      {`unknown module "azure_functions"`, elsewhere},
	"ble":            {"modules[0].args.IoTHubName", "modules[0].args.IoTHubSuffix", `module "ble_printer"`, `module "ble_c2d"`, `module "ble"`, elsewhere},
	"java":           {`the loader "java" runs another language`, `want "outprocess"`},
	"node":           {`the loader "node" runs another language`, `want "outprocess"`},
	"dotnet":         {`the loader "dotnet" runs another language`, `want "outprocess"`},
	"dotnetcore":     {`the loader type "dotnetcore" runs another language`, `the loader "dotnetcore" runs`, `want "outprocess"`},
	"own_library":    {`unknown module "own"`, elsewhere},
	"windows":        nil,
	"any_args":       nil,
	"bad_mapping":    {"modules[0].args: an object; want an array of one or more objects"},
	"without_remote": {`missing key "args"`},
}

// elsewhere is where a library runs that is not compiled in.
const elsewhere = `any other library runs in a process of its own, by the loader "outprocess"`

// own are documents in v1's form that are too short for a file.
var own = map[string]string{
	"java":           `{"name": "java", "entrypoint": {"class.name": "a/B", "class.path": "b.jar"}}, "args": null`,
	"node":           `{"name": "node", "entrypoint": {"main.path": "a.js"}}, "args": null`,
	"dotnet":         `{"type": "native", "entrypoint": {"module.path": "console.dll"}}},{"name":"b","loader":{"name": "dotnet", "entrypoint": {"assembly.name": "A", "entry.type": "A.B"}}, "args": ""`,
	"own_library":    `{"entrypoint": {"module.path": "C:\\own\\OWN.DLL"}}`,
	"windows":        `{"entrypoint": {"module.path": "..\\..\\Debug\\Hello_World.dll"}}`,
	"any_args":       `{"name": "native", "entrypoint": {"module.path": "hello_world.dylib"}}, "args": [{"any": null}, 1.5e3, "x"]`,
	"bad_mapping":    `{"name": "native", "entrypoint": {"module.path": "libidentity_map.so"}}, "args": {"macAddress": "x"}`,
	"without_remote": `{"name": "outprocess", "entrypoint": {"activation.type": "none", "control.id": "c"}}`,
}

func TestDocumentsOfV1(t *testing.T) {
	for name, loader := range own {
		judge(t, name, writeFile(t, name+".json", `{"modules": [{"name": "m", "loader": `+loader+`}], "links": []}`))
	}
	judge(t, "dotnetcore", writeFile(t, "dotnetcore.json", `{"loaders": [{"type": "dotnetcore", "name": "dotnetcore", `+
		`"configuration": {"binding.coreclrpath": "x"}}], "modules": [{"name": "m", "loader": {"name": "dotnetcore", `+
		`"entrypoint": {"assembly.name": "A", "entry.type": "A.B"}}, "args": "x"}], "links": []}`))
	files, err := filepath.Glob(examples + "v1/*.json")
	if err != nil || len(files) != 6 {
		t.Fatalf("%v, %v", files, err)
	}
	for _, file := range files {
		judge(t, strings.TrimSuffix(filepath.Base(file), ".json"), file)
	}
}

// TestSamplesOfV1 looks at every sample of v1 where a copy of them is at hand. Those that are right
// run in TestExamplesOfV1 here and in the tests of outprocess and modules/standard.
func TestSamplesOfV1(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(v1Data(t), "samples", "*.json"))
	if err != nil || len(files) < 10 {
		t.Fatalf("%d samples, %v", len(files), err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(strings.TrimSuffix(filepath.Base(file), ".json"), "_lin")
		name = strings.TrimSuffix(strings.TrimSuffix(name, "_gateway_sample"), "_sample")
		switch name {
		case "azure_functions":
			name = "functions"
		case "simulated_device_cloud_upload":
			name = "cloud"
		}
		judge(t, name, file)
	}
}

func v1Data(t *testing.T) string {
	t.Helper()
	folder := os.Getenv("MILLRACE_V1_DATA")
	if folder == "" {
		t.Skip("MILLRACE_V1_DATA names no folder with v1's samples")
	}
	return folder
}

func writeFile(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// judge checks a document and compares what is said about it.
func judge(t *testing.T, name, file string) {
	t.Helper()
	wants, known := ofV1[name]
	if !known {
		t.Errorf("%s: nobody has said what becomes of it", name)
	}
	var out, errs watched
	code := run(t.Context(), []string{"check", file}, streams{nil, &out, &errs})
	if (code == exitOK) != (wants == nil) {
		t.Errorf("%s: exit code %d\n%s", name, code, &errs)
	}
	for _, want := range wants {
		if text := errs.String(); !strings.Contains(text, want) {
			t.Errorf("%s: no %q in\n%s", name, want, text)
		}
	}
}

// TestExamplesOfV1 runs documents in v1's form as they are, ours and v1's own.
func TestExamplesOfV1(t *testing.T) {
	for _, c := range []struct{ ours, theirs, log string }{
		{"hello_world.json", "hello_world_lin.json", "hello_world.log"},
		{"performance.json", "performance_lin.json", ""},
		{"native_host.json", "native_host_sample_lin.json", "native_host.log"},
	} {
		t.Run(c.ours, func(t *testing.T) { runV1(t, examples+"v1/"+c.ours, c.log) })
		t.Run(c.theirs, func(t *testing.T) {
			if c.log != "" {
				c.log = "log.txt"
			}
			runV1(t, filepath.Join(v1Data(t), "samples", c.theirs), c.log)
		})
	}
}

// runV1 runs a document until its log has a greeting, or it has something to count.
func runV1(t *testing.T, file, log string) {
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	copied := filepath.Base(file)
	if err := os.WriteFile(copied, text, 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	stopHost := hostOf(t, string(text))
	defer stopHost()
	var out, errs watched
	done := make(chan int)
	go func() { done <- run(ctx, []string{"run", copied}, streams{nil, &out, &errs}) }()
	if log == "" {
		errs.await(t, "running")
		time.Sleep(200 * time.Millisecond) // so that there is something to count
	} else {
		awaitFile(t, log, greeting)
	}
	cancel()
	if code := <-done; code != exitOK || !strings.Contains(errs.String(), addsUp) {
		t.Errorf("exit code %d\n%s", code, &errs)
	}
	stopHost()
	if log == "" {
		if !regexp.MustCompile(`(?s)received .*latency`).MatchString(out.String()) {
			t.Errorf("no figures:\n%s", &out)
		}
		return
	}
	written, err := os.ReadFile(log)
	if err != nil || !logOfV1.Match(written) {
		t.Errorf("%v, %s is not as v1's:\n%s", err, log, written)
	}
}

// hostOf runs a remote module for a document that expects one from somebody else.
func hostOf(t *testing.T, text string) (stop func()) {
	control := regexp.MustCompile(`"activation.type": "none",\s*"control.id": "([^"]*)"`).FindStringSubmatch(text)
	if control == nil {
		return func() {}
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan int, 1)
	var errs watched
	go func() { done <- run(ctx, []string{"host", control[1]}, streams{nil, &watched{}, &errs}) }()
	stopped := false
	return func() {
		if !stopped {
			stopped = true
			cancel()
			if code := <-done; code != exitOK {
				t.Errorf("the host's exit code is %d\n%s", code, &errs)
			}
		}
	}
}

// greeting is v1's own.
const greeting = `"properties":{"helloWorld":"from Azure IoT Gateway SDK simple sample!"},"content":"aGVsbG8gd29ybGQ="}`

const aTime = `"time":"[A-Z][a-z]{2} [A-Z][a-z]{2} [ 1-3][0-9] [0-9]{2}:[0-9]{2}:[0-9]{2} [0-9]{4}"`

// logOfV1 is the format of v1's logger, byte by byte.
var logOfV1 = regexp.MustCompile(`^\[\{` + aTime + `,"content":"Log started"\}` +
	`(,\{` + aTime + `,` + regexp.QuoteMeta(greeting) + `)+` + `,\{` + aTime + `,"content":"Log stopped"\}\]$`)

func awaitFile(t *testing.T, path, text string) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(time.Millisecond) {
		if written, err := os.ReadFile(path); err == nil && strings.Contains(string(written), text) {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("no %s in %s in a minute", text, path)
		}
	}
}

// TestUpdatesOfV1 applies the documents of v1's sample of dynamic loading, modules and then links, to a
// running gateway as they are.
func TestUpdatesOfV1(t *testing.T) {
	t.Run("ours", func(t *testing.T) {
		t.Parallel()
		applyUpdates(t, "added.log", examples+"v1/modules.json", examples+"v1/links.json")
	})
	t.Run("theirs", func(t *testing.T) {
		folder := filepath.Join(v1Data(t), "samples")
		t.Parallel()
		applyUpdates(t, "log.txt", filepath.Join(folder, "modules_lin.json"), filepath.Join(folder, "links_lin.json"))
	})
}

// applyUpdates gives an empty gateway one document after the other, whose log has this name.
func applyUpdates(t *testing.T, log string, files ...string) {
	kinds, err := standard.Registry()
	if err != nil {
		t.Fatal(err)
	}
	written := filepath.ToSlash(filepath.Join(t.TempDir(), log))
	g, stop := emptyGateway(t)
	for again := range 2 {
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			text = []byte(strings.Replace(string(text), log, written, 1))
			d, err := document.Parse(file, text, kinds, document.Options{Onto: g.Document()})
			if again == 1 {
				if err == nil || !strings.Contains(err.Error(), "first in the running gateway") {
					t.Errorf("a second time: %v", err)
				}
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			if err := g.Update(t.Context(), d); err != nil {
				t.Fatal(err)
			}
		}
	}
	awaitFile(t, written, greeting)
	if err := stop(); err != nil {
		t.Error(err)
	}
	if text, err := os.ReadFile(written); err != nil || !logOfV1.Match(text) {
		t.Errorf("%v, not as v1's: %s", err, text)
	}
}

// emptyGateway runs a gateway without modules.
func emptyGateway(t *testing.T) (g *gateway.Gateway, stop func() error) {
	t.Helper()
	g, err := gateway.New(&document.Document{}, gateway.Options{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	events := g.Events(ctx)
	go func() {
		_, err := g.Run(ctx)
		ended <- err
	}()
	for e := range events {
		if e.Kind == gateway.Started {
			break
		}
	}
	return g, func() error {
		cancel()
		return <-ended
	}
}

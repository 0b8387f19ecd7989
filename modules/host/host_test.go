package host_test

import (
	"encoding/json"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/millrace/millrace/module/moduletest"
	"github.com/millrace/millrace/modules/host"
)

func TestConformance(t *testing.T) {
	moduletest.Run(t, moduletest.Kind{
		Spec: host.Spec(),
		Args: `{"period":"20ms"}`,
		BadArgs: []string{
			`{"period":0}`, `{"collect":[]}`, `{"collect":["cpus"]}`, `{"collect":["cpu","cpu"]}`,
		},
	})
}

func TestReadings(t *testing.T) {
	begun := time.Now()
	rig := moduletest.Start(t, host.Spec(), `{"collect":["cpu","memory","disk"]}`,
		moduletest.Options{})
	rig.Await(1)
	if took := time.Since(begun); took > 10*time.Second {
		t.Errorf("the first readings took %v", took)
	}
	if err := rig.Stop(); err != nil {
		t.Fatal(err)
	}
	name, err := os.Hostname()
	if err != nil {
		t.Skip(err)
	}
	seen := map[string]bool{}
	for _, m := range rig.Collected() {
		seen[m.Properties["kind"]+" "+m.Properties["name"]] = true
		check(t, m, name)
	}
	for _, want := range []string{"cpu total", "memory ram"} {
		if !seen[want] {
			t.Errorf("no reading of %s in %v; log:\n%s", want, seen, rig.Logged())
		}
	}
}

// check holds the content of a message against its properties.
func check(t *testing.T, m moduletest.Message, host string) {
	t.Helper()
	var content struct {
		Time             time.Time
		Kind, Name, Host string
		Metric, Unit     string
		Value            json.Number
	}
	if err := json.Unmarshal([]byte(m.Content), &content); err != nil {
		t.Fatalf("%s: %v", m.Content, err)
	}
	value, err := strconv.ParseFloat(m.Properties["value"], 64)
	if err != nil || value < 0 || m.Properties["unit"] == "%" && value > 100 {
		t.Errorf("value %q: %v", m.Properties["value"], err)
	}
	want := map[string]string{
		"kind": content.Kind, "name": content.Name, "host": host, "unit": content.Unit,
		"value": content.Value.String(), "metric": content.Metric,
	}
	for key, value := range want {
		if m.Properties[key] != value || value == "" {
			t.Errorf("%s is %q, in the content %q", key, m.Properties[key], value)
		}
	}
	if age := time.Since(content.Time); age < 0 || age > time.Hour {
		t.Errorf("time %v", content.Time)
	}
}

package simulateddevice_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/millrace/millrace/module/moduletest"
	simulateddevice "github.com/millrace/millrace/modules/simulated_device"
)

const args = `{"macAddress":"01:02:03:03:02:0a","messagePeriod":1}`

func TestConformance(t *testing.T) {
	moduletest.Run(t, moduletest.Kind{
		Spec: simulateddevice.Spec(),
		BadArgs: []string{
			`{"macAddress":"","messagePeriod":1}`,
			`{"macAddress":"01:02:03:03:02:01","messagePeriod":0}`,
			`{"macAddress":"01:02:03:03:02:01","messagePeriod":-5}`,
		},
	})
}

func TestTemperature(t *testing.T) {
	rig := moduletest.Start(t, simulateddevice.Spec(), args, moduletest.Options{})
	got := rig.Await(1 + 31 + 2)
	first := got[0]
	if first.Properties["deviceFunction"] != "register" || first.Content != "" {
		t.Errorf("not a registration: %+v", first)
	}
	for i, m := range got[1:34] {
		want := fmt.Sprintf(`{"temperature": %d.00}`, 10+i%31)
		if m.Content != want {
			t.Fatalf("message %d is %s, want %s", i, m.Content, want)
		}
		if _, registers := m.Properties["deviceFunction"]; registers {
			t.Errorf("message %d registers again", i)
		}
	}
	for _, m := range got {
		if m.Properties["source"] != "bleTelemetry" ||
			m.Properties["macAddress"] != "01:02:03:03:02:0a" {
			t.Fatalf("%+v", m)
		}
	}
}

func TestPrintsWhatIsMeantForIt(t *testing.T) {
	rig := moduletest.Start(t, simulateddevice.Spec(), args, moduletest.Options{})
	to := func(address, content string) moduletest.Message {
		p := map[string]string{"macAddress": address, "source": "mapping"}
		return moduletest.Message{Properties: p, Content: content}
	}
	rig.Feed(to("01:02:03:03:02:0a", "mine"), to("ff:ff:ff:ff:ff:ff", "other"),
		to("01:02:03:03:02:0A", "upper\x1b"), moduletest.Message{Content: "nobody's"})
	if err := rig.Stop(); err != nil {
		t.Fatal(err)
	}
	want := []string{`01:02:03:03:02:0a received "mine"`, `01:02:03:03:02:0a received "upper\x1b"`}
	got := strings.Split(strings.TrimSpace(rig.Output()), "\n")
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%q, want %q", got, want)
	}
}

package helloworld_test

import (
	"testing"

	helloworld "github.com/millrace/millrace/modules/hello_world"

	"github.com/millrace/millrace/module/moduletest"
)

func TestConformance(t *testing.T) {
	moduletest.Run(t, moduletest.Kind{Spec: helloworld.Spec()})
}

func TestGreetsAtOnce(t *testing.T) {
	rig := moduletest.Start(t, helloworld.Spec(), `"ignored"`, moduletest.Options{})
	m := rig.Await(1)[0]
	if len(m.Properties) != 1 || m.Content != "hello world" ||
		m.Properties["helloWorld"] != "from Azure IoT Gateway SDK simple sample!" {
		t.Errorf("%+v", m)
	}
}

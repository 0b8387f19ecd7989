package outprocess

import (
	"slices"
	"testing"
)

func TestArgumentsTakeAddresses(t *testing.T) {
	t.Parallel()
	for control, want := range map[string]string{"ipc:///run/c": "/run/c", "tcp://127.0.0.1:70": "tcp://127.0.0.1:70"} {
		r := Remote{Control: control, Message: "tcp://127.0.0.1:71", Launch: &Launch{
			Path: "p", Args: []string{"{control}", "--to={message}", "{other}"},
		}}
		p, err := r.resolve()
		if err != nil {
			t.Fatal(err)
		}
		if got := p.launch.Args; !slices.Equal(got, []string{want, "--to=tcp://127.0.0.1:71", "{other}"}) {
			t.Errorf("%s: %q", control, got)
		}
	}
}

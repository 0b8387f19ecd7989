package outprocess_test

import (
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/millrace/millrace/document"
	"github.com/millrace/millrace/gateway"
	"github.com/millrace/millrace/outprocess"
	"github.com/millrace/millrace/wire"
)

// A launched program that listens elsewhere, or nowhere, is not waited for in silence.
func TestWhatALaunchedRemoteIsWaitedForIsSaid(t *testing.T) {
	remote := launched(t, "ipc", "polite")
	remote.Control += ".wrong"
	log := &sharedBuffer{}
	r := run(t, remote, setup{log: log})
	log.await(t, `for="it to listen at control.id"`)
	log.await(t, "{control} in launch.args stands for it")
	_, _ = r.end()
}

// One that lets itself be connected to and does not answer is not, either; nor one whose message socket
// nobody finds.
func TestWhatARemoteIsWaitedForIsSaid(t *testing.T) {
	t.Parallel()
	for want, replies := range map[string]bool{
		`for="its answer to CREATE"`: false, `for="it to listen at message.id"`: true,
	} {
		p := newPeer(t, "ipc")
		p.listen()
		log := &sharedBuffer{}
		r := run(t, p.slowly(), setup{log: log})
		p.conn = p.accept(p.listener)
		p.command(wire.Create)
		if replies {
			p.reply(wire.OK)
		}
		log.await(t, want)
		r.stop()
		p.die()
		_, _ = r.end()
	}
}

// Where there is no folder there will be no socket: that is a mistake, and nothing to wait for.
func TestAnAddressInNoFolder(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("pipes are in no folders here")
	}
	folder := filepath.Join(t.TempDir(), "none")
	there := filepath.Join(t.TempDir(), "c")
	for key, remote := range map[string]outprocess.Remote{
		"control.id": {Control: filepath.Join(folder, "c")},
		"message.id": {Control: there, Message: filepath.Join(folder, "m")},
	} {
		d := &document.Document{Modules: []document.Module{{Name: far, Spec: remote.Spec()}}}
		g, err := gateway.New(d, gateway.Options{})
		if err != nil {
			t.Fatal(err)
		}
		_, err = g.Run(t.Context())
		if err == nil || !strings.Contains(err.Error(), "is no folder") || !strings.Contains(err.Error(), key) {
			t.Errorf("the run ended with %v", err)
		}
	}
}

// The arguments of a program to launch may name the addresses, so that these stand in one place.
func TestArgumentsThatNameTheAddresses(t *testing.T) {
	each(t, func(t *testing.T, scheme string) {
		remote := launched(t, scheme, "polite")
		remote.Launch.Args = []string{"{control}", "--message={message}", "{other}"}
		r := run(t, remote, setup{})
		r.publish("hello")
		if got := string(r.receive().Content()); got != "hello" {
			t.Errorf("received %q", got)
		}
		if _, err := r.end(); err != nil {
			t.Error(err)
		}
	})
}

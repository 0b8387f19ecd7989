package outprocess

import (
	"crypto/rand"
	"fmt"
	"strings"
	"time"

	"github.com/millrace/millrace/fault"
	"github.com/millrace/millrace/internal/sp"
	"github.com/millrace/millrace/module"
)

// Kind is the name of the kind of module that Remote makes.
const Kind = "outprocess"

// The defaults of Remote and Launch.
const (
	DefaultTimeout      = time.Second // v1's
	DefaultStartTimeout = 30 * time.Second
	DefaultGrace        = 3 * time.Second // v1's
	DefaultBackoff      = 100 * time.Millisecond
)

// Remote says where a remote module is. It is plain data; each module made from it has sockets of
// its own.
type Remote struct {
	Control      string        // address: ipc://PATH, a bare PATH, or tcp://LOOPBACK:PORT
	Message      string        // likewise; "": a fresh one in Control's folder, for ipc only
	Timeout      time.Duration // until CREATE is repeated, and for an answer to DESTROY; 0: 1 s
	StartTimeout time.Duration // until its absence is an error; 0: 30 s
	Launch       *Launch       // nil: somebody else starts it

	// PeerUID is a user whose process the remote may be, beside ours and root's. 0: nobody. Who it is
	// is known on Linux, of sockets of the file system.
	PeerUID int
}

// Launch says how the gateway starts the remote's process, and ends it. The process has the gateway's
// working directory, a standard input that ends when the gateway does, and of its environment what
// programs need to run, such as PATH and HOME, and nothing else: keys and passwords that the gateway
// was given stay there unless Env hands them on. On Unix it is in a process group of its own, so that an
// interrupt from the terminal reaches only the gateway, which then ends it in good order.
type Launch struct {
	Path    string        // of the program; one without a slash is looked up in PATH
	Args    []string      // without the program's name; {control} and {message} stand for the addresses
	Env     []string      // NAME=VALUE, beside or instead of what it has of the gateway's
	Grace   time.Duration // from DESTROY until it is told to terminate; 0: 3 s
	Backoff time.Duration // before it is launched again, doubled up to 50 times that; 0: 100 ms
}

// Spec is the kind of module that runs there. Its arguments go to the remote as they are.
func (r Remote) Spec() module.Spec {
	anything := []module.Property{{Name: "*", Doc: "What the remote module makes of it"}}
	return module.Spec{
		Name:    Kind,
		Summary: "Runs in a process of its own",
		AnyArgs: true,
		Reads:   anything,
		Writes:  anything,
		New:     func() module.Module { return &proxy{remote: r} },
	}
}

// Check finds what is wrong with r. It is a fault.List whose paths are v1's keys.
func (r Remote) Check() error {
	_, err := r.resolve()
	return err
}

// place is a Remote with its addresses read and its defaults filled in.
type place struct {
	control, message sp.Address
	fresh            bool // message is one that nobody else uses
	timeout, start   time.Duration
	launch           Launch
	launched         bool
	trusted          []int // users
}

func (r Remote) resolve() (place, error) {
	var faults fault.List
	p := place{
		timeout: orDefault(r.Timeout, DefaultTimeout),
		start:   orDefault(r.StartTimeout, DefaultStartTimeout),
	}
	address, err := sp.ParseAddress(r.Control)
	faults.Under(at("control.id"), err)
	p.control = address
	p.resolveMessage(r.Message, err == nil, &faults)
	if r.PeerUID != 0 {
		p.trusted = []int{r.PeerUID}
	}
	if r.Launch != nil {
		p.launched, p.launch = true, *r.Launch
		p.launch.Args = p.arguments(r.Launch.Args)
		p.launch.Grace = orDefault(p.launch.Grace, DefaultGrace)
		p.launch.Backoff = orDefault(p.launch.Backoff, DefaultBackoff)
		if p.launch.Path == "" {
			faults.Add(at("launch").Then(fault.Key("path")), "an empty path",
				"want the path of the program to launch")
		}
	}
	return p, faults.Err()
}

func (p *place) resolveMessage(text string, controlRight bool, faults *fault.List) {
	if text == "" {
		if controlRight {
			p.inventMessage(faults)
		}
		return
	}
	address, err := sp.ParseAddress(text)
	p.message = address
	if err == nil && address == p.control {
		err = fault.Fault{Problem: "the same address as control.id", Want: "want another one"}
	}
	faults.Under(at("message.id"), err)
}

// inventMessage takes a name beside the control address that nobody else has.
func (p *place) inventMessage(faults *fault.List) {
	name := "message-" + strings.ToLower(rand.Text()[:16])
	address, ok := p.control.Beside(name)
	if !ok {
		faults.Add(nil, `missing key "message.id"`, "want a second port, because control.id is tcp's")
		return
	}
	p.message, p.fresh = address, true
	if _, err := sp.ParseAddress(string(address)); err != nil {
		faults.Add(nil, `missing key "message.id"`,
			fmt.Sprintf("want a short one, because %s is too long", address))
	}
}

func at(key string) fault.Path { return fault.At(fault.Key(key)) }

func orDefault(d, otherwise time.Duration) time.Duration {
	if d <= 0 {
		return otherwise
	}
	return d
}

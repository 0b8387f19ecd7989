package sp

import (
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"

	"github.com/millrace/millrace/fault"
)

// Address is where a socket is: ipc://PATH, or tcp://HOST:PORT with a loopback host.
type Address string

const (
	ipcScheme = "ipc://"
	tcpScheme = "tcp://"
)

// ParseAddress reads an address; without a scheme it is ipc's, as v1 has it. Its errors are
// fault.Fault.
func ParseAddress(text string) (Address, error) {
	scheme, rest, found := strings.Cut(text, "://")
	if !found {
		scheme, rest = "ipc", text
	}
	switch scheme {
	case "ipc":
		return Address(ipcScheme + rest), checkPath(rest)
	case "tcp":
		return Address(tcpScheme + rest), checkLoopback(rest)
	}
	return "", fault.Fault{
		Problem: fmt.Sprintf("the address %.80q has an unknown scheme", text),
		Want:    "want ipc://PATH or tcp://127.0.0.1:PORT",
	}
}

// Path returns the path of an ipc address; false for one of tcp.
func (a Address) Path() (string, bool) { return strings.CutPrefix(string(a), ipcScheme) }

// Beside returns an address of the same folder with another name; false if it is tcp's, which has
// no folders.
func (a Address) Beside(name string) (Address, bool) {
	path, ok := a.Path()
	if !ok {
		return "", false
	}
	folder := path[:strings.LastIndexAny(path, `/\`)+1]
	return Address(ipcScheme + folder + name), true
}

// checkPath refuses what the system would refuse at every attempt to connect.
func checkPath(path string) error {
	switch {
	case path == "":
		return fault.Fault{Problem: "an address without a path", Want: "want one such as /tmp/name"}
	case strings.Contains(path, "\x00"):
		return fault.Fault{Problem: "a NUL in the address", Want: "want the path of a socket"}
	case len(path) > pathMax:
		return fault.Fault{
			Problem: fmt.Sprintf("a path of %d bytes, which is too long for a socket", len(path)),
			Want:    fmt.Sprintf("want %d bytes at most", pathMax),
		}
	}
	return nil
}

func checkLoopback(hostPort string) error {
	host, port, err := net.SplitHostPort(hostPort)
	number, badPort := strconv.ParseUint(port, 10, 16)
	if err != nil || badPort != nil || number == 0 {
		return fault.Fault{
			Problem: fmt.Sprintf("%.80q is no address of tcp", hostPort),
			Want:    "want tcp://127.0.0.1:PORT",
		}
	}
	if ip, err := netip.ParseAddr(host); host == "localhost" || err == nil && ip.IsLoopback() {
		return nil
	}
	return fault.Fault{
		Problem: fmt.Sprintf("the host %.80q is not this machine", host),
		Want:    "want a loopback address, for v1's wire knows neither passwords nor encryption",
	}
}

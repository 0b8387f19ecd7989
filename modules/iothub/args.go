package iothub

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/millrace/millrace/fault"
	"github.com/millrace/millrace/module"
)

// mqtt is the transport that is spoken.
const mqtt = "MQTT"

// transports are v1's.
var transports = []string{mqtt, "AMQP", "HTTP"}

// arguments are the module's, checked.
type arguments struct {
	IoTHubName    string
	IoTHubSuffix  string
	Transport     string
	RetryPolicy   string
	RetryTimeout  module.Span
	Endpoint      string
	CAFile        string
	TokenLifetime module.Span
	BufferedBytes int
	MaxDevices    int

	host      string // the hub's name in the world
	transport string // in v1's own case, like policy
	policy    string
}

func parseArguments(raw json.RawMessage) (arguments, error) {
	a := arguments{
		Transport: mqtt, RetryPolicy: jittered, TokenLifetime: module.Span(time.Hour),
		BufferedBytes: 1 << 20, MaxDevices: 100,
	}
	if err := module.Decode(raw, &a); err != nil {
		return a, err
	}
	var faults fault.List
	a.host = a.IoTHubName + "." + a.IoTHubSuffix
	a.transport = word("Transport", a.Transport, transports, &faults)
	a.policy = word("RetryPolicy", a.RetryPolicy, policies, &faults)
	if a.Endpoint != "" && !isAddress(a.Endpoint) {
		faults.Add(fault.At(fault.Key("Endpoint")), strconv.Quote(clip(a.Endpoint))+" is not an address",
			"want host:port, such as localhost:8883")
	}
	return a, faults.Err()
}

// word finds one of v1's words in any case.
func word(key, written string, known []string, faults *fault.List) string {
	upper := strings.ToUpper(written)
	if slices.Contains(known, upper) {
		return upper
	}
	want := fault.DidYouMean(upper, known)
	if want == "" {
		want = "want " + strings.Join(known, ", ")
	}
	faults.Add(fault.At(fault.Key(key)), "unknown value "+strconv.Quote(clip(written)), want)
	return ""
}

func isAddress(text string) bool {
	host, port, err := net.SplitHostPort(text)
	n, bad := strconv.ParseUint(port, 10, 16)
	return err == nil && host != "" && bad == nil && n > 0
}

// dialer makes the way to the hub. The name in its certificate must be the one connected to.
func (a arguments) dialer() (dialer, error) {
	address := a.Endpoint
	if address == "" {
		address = net.JoinHostPort(a.host, "8883")
	}
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if a.CAFile == "" {
		return dialer{address, config}, nil
	}
	pem, err := os.ReadFile(a.CAFile)
	if err != nil {
		return dialer{}, fmt.Errorf("CAFile: %w", err)
	}
	config.RootCAs = x509.NewCertPool()
	if !config.RootCAs.AppendCertsFromPEM(pem) {
		return dialer{}, fmt.Errorf("CAFile: %s: no certificate in PEM form", a.CAFile)
	}
	return dialer{address, config}, nil
}

package host

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/shirou/gopsutil/v4/net"
)

// interfaces remembers the counters of the last round.
type interfaces struct {
	last map[string]net.IOCountersStat
	at   time.Time
}

func (i *interfaces) collect(ctx context.Context, now time.Time) ([]reading, error) {
	present, err := guard("", func() (net.InterfaceStatList, error) {
		return net.InterfacesWithContext(ctx)
	})
	if err != nil {
		return nil, err
	}
	counters, err := guard("", func() ([]net.IOCountersStat, error) {
		return net.IOCountersWithContext(ctx, true)
	})
	if err != nil {
		return nil, err
	}
	wanted := outward(present)
	next := make(map[string]net.IOCountersStat, len(counters))
	seconds := now.Sub(i.at).Seconds()
	var readings []reading
	for _, c := range counters {
		next[c.Name] = c
		before, known := i.last[c.Name]
		if !known || !wanted[c.Name] {
			continue
		}
		readings = append(readings, rate("received", c.Name, before.BytesRecv, c.BytesRecv, seconds)...)
		readings = append(readings, rate("sent", c.Name, before.BytesSent, c.BytesSent, seconds)...)
	}
	i.last, i.at = next, now
	return readings, nil
}

// rate returns no reading when a counter runs backwards, as it does when an interface is made anew.
func rate(metric, name string, before, now uint64, seconds float64) []reading {
	if now < before || seconds <= 0 {
		return nil
	}
	value := figure(float64(now-before) / seconds)
	return []reading{{Metric: metric, Name: name, Unit: "B/s", Value: value}}
}

// outward returns the interfaces that are up and lead out of the machine.
func outward(present net.InterfaceStatList) map[string]bool {
	wanted := make(map[string]bool, len(present))
	for _, p := range present {
		up := slices.Contains(p.Flags, "up") && !slices.Contains(p.Flags, "loopback")
		wanted[p.Name] = up && !isVirtual(p.Name)
	}
	return wanted
}

// isVirtual knows the names that container engines and hypervisors give to their side of a link.
func isVirtual(name string) bool {
	for _, prefix := range []string{
		"veth", "docker", "br-", "virbr", "vnet", "cni", "cali", "flannel", "lxc", "lxdbr", "podman",
	} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}

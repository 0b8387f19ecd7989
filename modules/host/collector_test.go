package host

import (
	"context"
	"errors"
	"math"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/millrace/millrace/module/moduletest"
	"github.com/shirou/gopsutil/v4/disk"
	"github.com/shirou/gopsutil/v4/net"
)

func TestUnreadableKindIsLoggedOnce(t *testing.T) {
	h := moduletest.NewHost(moduletest.Options{})
	m := &monitor{log: h.Log(), host: "here", collectors: []*collector{
		{kind: "broken", collect: func(context.Context, time.Time) ([]reading, error) {
			return nil, errors.New("no such thing")
		}},
		{kind: "load", collect: func(context.Context, time.Time) ([]reading, error) {
			return []reading{loadReading("1m", 0.126)}, nil
		}},
	}}
	for range 3 {
		got := m.round(t.Context(), time.Now())
		if len(got) != 1 || got[0].Kind != "load" || got[0].Value.String() != "0.13" {
			t.Fatalf("%+v", got)
		}
	}
	if n := strings.Count(h.Logged(), "no such thing"); n != 1 {
		t.Errorf("logged %d times:\n%s", n, h.Logged())
	}
}

func TestProcessorsNeedTwoSamples(t *testing.T) {
	p := new(processors)
	first, err := p.collect(t.Context(), time.Now())
	if err != nil {
		t.Skip(err)
	}
	if len(first) != 0 {
		t.Errorf("%v at once", first)
	}
	for { // until the system's clock of processors has moved
		second, err := p.collect(t.Context(), time.Now())
		if err != nil {
			t.Fatal(err)
		}
		if len(second) > 0 && second[0].Name == "total" {
			return
		}
	}
}

func TestDisks(t *testing.T) {
	got, err := collectDisks(t.Context(), time.Now())
	if err != nil {
		t.Skip("not every disk can be read here:", err)
	}
	for _, r := range got {
		if r.Total == 0 || r.Used > r.Total || r.Value < 0 || r.Value > 100 {
			t.Errorf("%+v", r)
		}
	}
	if len(got) == 0 && runtime.GOOS != "windows" {
		t.Error("no disk, not even the root")
	}
}

func TestPhysicalDisks(t *testing.T) {
	mount := func(device, point, kind string) disk.PartitionStat {
		return disk.PartitionStat{Device: device, Mountpoint: point, Fstype: kind}
	}
	kept := physical([]disk.PartitionStat{
		mount("/dev/sda1", "/", "ext4"), mount("/dev/sda1", "/etc/hosts", "ext4"),
		mount("/dev/loop3", "/snap/core", "squashfs"), mount("tmpfs", "/run", "tmpfs"),
		mount("/dev/nvme0n1p2", "/data", "xfs"),
	})
	if len(kept) != 2 || kept[0].Mountpoint != "/" || kept[1].Mountpoint != "/data" {
		t.Errorf("%+v", kept)
	}
}

func TestOutwardInterfaces(t *testing.T) {
	up := []string{"up", "broadcast"}
	wanted := outward(net.InterfaceStatList{
		{Name: "lo", Flags: []string{"up", "loopback"}}, {Name: "eth0", Flags: up},
		{Name: "eth1", Flags: []string{"broadcast"}}, {Name: "veth12ab", Flags: up},
		{Name: "br-12ab", Flags: up}, {Name: "wlan0", Flags: up},
	})
	for name, want := range map[string]bool{
		"lo": false, "eth0": true, "eth1": false, "veth12ab": false, "br-12ab": false, "wlan0": true,
	} {
		if wanted[name] != want {
			t.Errorf("%s: %v", name, wanted[name])
		}
	}
}

func TestRate(t *testing.T) {
	r := rate("sent", "eth0", 1000, 3000, 2)
	if len(r) != 1 || r[0].Value != 1000 || r[0].Unit != "B/s" {
		t.Errorf("%+v", r)
	}
	if r := rate("sent", "eth0", 1000, 1000, 2); len(r) != 1 || r[0].Value != 0 {
		t.Errorf("nothing was sent: %+v", r)
	}
	if r := rate("sent", "eth0", 3000, 1000, 2); len(r) != 0 {
		t.Errorf("a counter that ran backwards: %+v", r)
	}
	if r := rate("sent", "eth0", 1000, 3000, 0); len(r) != 0 {
		t.Errorf("no time has passed: %+v", r)
	}
}

// TestOneFailureIsOneReading: a panic, an error and nonsense cost the reading that they are of.
func TestOneFailureIsOneReading(t *testing.T) {
	h := moduletest.NewHost(moduletest.Options{})
	m := &monitor{log: h.Log(), host: "here", collectors: []*collector{
		{kind: "panics", collect: func(context.Context, time.Time) ([]reading, error) { panic("index out of range") }},
		{kind: "mixed", collect: func(context.Context, time.Time) ([]reading, error) {
			bad, err := guard("bad", func() ([]reading, error) { panic("nil map") })
			worse, err2 := guard("worse", func() ([]reading, error) { return nil, errors.New("no such thing") })
			all := append(append(bad, worse...), loadReading("good", 1), loadReading("infinite", math.Inf(1)),
				loadReading("unknown", math.NaN()), loadReading("negative", -1))
			return all, errors.Join(err, err2)
		}},
	}}
	for range 3 {
		if got := m.round(t.Context(), time.Now()); len(got) != 1 || got[0].Name != "good" {
			t.Fatalf("%+v", got)
		}
	}
	for _, text := range []string{
		"index out of range", "bad: the library panicked: nil map", "worse: no such thing", "infinite: makes no sense",
		"unknown: makes no sense", "negative: makes no sense",
	} {
		if n := strings.Count(h.Logged(), text); n != 1 {
			t.Errorf("%q is logged %d times:\n%s", text, n, h.Logged())
		}
	}
}

package simulator_test

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/message"
	"github.com/millrace/millrace/module/moduletest"
	"github.com/millrace/millrace/modules/simulator"
)

func TestConformance(t *testing.T) {
	moduletest.Run(t, moduletest.Kind{
		Spec: simulator.Spec(),
		BadArgs: []string{
			`{"deviceId":""}`,
			`{"deviceId":"a\u0000b"}`,
			`{"deviceId":"` + strings.Repeat("d", 16<<10) + `"}`,
			`{"deviceId":"d","duration":0}`,
			`{"deviceId":"d","duration":"-1s"}`,
			`{"deviceId":"d","message.delay":-1}`,
			`{"deviceId":"d","properties.count":-1}`,
			`{"deviceId":"d","properties.count":61}`,
			`{"deviceId":"d","properties.size":-1}`,
			`{"deviceId":"d","properties.count":60,"properties.size":260}`,
			`{"deviceId":"d","properties.count":1,"properties.size":16384}`,
			`{"deviceId":"d","message.size":-1}`,
			`{"deviceId":"d","message.size":1048577}`,
		},
	})
}

// TestPacedConformance stops the module while it waits for the next tick.
func TestPacedConformance(t *testing.T) {
	moduletest.Run(t, moduletest.Kind{
		Spec: simulator.Spec(), Args: `{"deviceId":"d","message.delay":"1h"}`,
	})
}

func TestMessagesAreAsInV1(t *testing.T) {
	for name, c := range map[string]struct {
		args                 string
		count, size, content int
	}{
		"defaults": {`{"deviceId":"d1"}`, 2, 16, 256},
		"paced":    {`{"deviceId":"d1","message.delay":1}`, 2, 16, 256},
		"bare": {`{"deviceId":"d1","properties.count":0,"properties.size":7,"message.size":0}`,
			0, 7, 0},
		"most": {`{"deviceId":"d1","message.delay":1,"properties.count":60,"properties.size":259,` +
			`"message.size":1048576}`, 60, 259, 1 << 20},
		"large":          {`{"deviceId":"d1","message.size":1048576}`, 2, 16, 1 << 20},
		"one of no size": {`{"deviceId":"d1","properties.count":1,"properties.size":0}`, 1, 0, 256},
	} {
		t.Run(name, func(t *testing.T) {
			before := time.Now().UnixMicro() - 1 // a reading rounds down
			rig := moduletest.Start(t, simulator.Spec(), c.args, moduletest.Options{})
			got := rig.Await(12)
			after := time.Now().UnixMicro() + 1
			for i, m := range got[:12] {
				p := m.Properties
				if p["deviceId"] != "d1" || p["sequence number"] != strconv.Itoa(i+1) ||
					p["property count"] != strconv.Itoa(c.count) || len(p) != 4+c.count ||
					len(m.Content) != c.content {
					t.Fatalf("message %d: %v, content of %d bytes", i, p, len(m.Content))
				}
				for i := range c.count {
					if v, ok := p[fmt.Sprint("property", i)]; !ok || len(v) != c.size {
						t.Fatalf("property%d is %q", i, v)
					}
				}
				stamp, err := strconv.ParseInt(p["timestamp"], 10, 64)
				if err != nil || stamp < before || stamp > after {
					t.Fatalf("timestamp %s, not from %d to %d", p["timestamp"], before, after)
				}
				before = stamp
			}
		})
	}
}

// TestTimestampIsReadForEveryMessage: messages of one batch have times of their own.
func TestTimestampIsReadForEveryMessage(t *testing.T) {
	args := `{"deviceId":"d","message.size":65000}` // so that writing one takes microseconds
	rig := moduletest.Start(t, simulator.Spec(), args, moduletest.Options{})
	times := map[string]bool{}
	for _, m := range rig.Await(64)[:64] {
		times[m.Properties["timestamp"]] = true
	}
	if len(times) < 8 {
		t.Errorf("%d different timestamps in 64 messages", len(times))
	}
}

func TestEndsByItself(t *testing.T) {
	for _, delay := range []string{"0", "1", "3600000"} {
		t.Run("delay "+delay, func(t *testing.T) {
			begun := time.Now()
			rig := moduletest.Start(t, simulator.Spec(),
				`{"deviceId":"d","duration":"50ms","message.delay":`+delay+`}`,
				moduletest.Options{Sink: new(counter)})
			if err := rig.Wait(); err != nil {
				t.Error(err)
			}
			if took := time.Since(begun); took < 50*time.Millisecond || took > 10*time.Second {
				t.Errorf("it took %v", took)
			}
		})
	}
}

// TestStopsWithoutRoom: a sink that takes nothing any more does not hold the module for ever.
func TestStopsWithoutRoom(t *testing.T) {
	stuck := &counter{release: make(chan struct{})}
	rig := moduletest.Start(t, simulator.Spec(), `{"deviceId":"d"}`, moduletest.Options{Sink: stuck})
	stopped := make(chan error, 1)
	go func() { stopped <- rig.Stop() }()
	if err := rig.Wait(); err != nil {
		t.Error(err)
	}
	close(stuck.release)
	if err := <-stopped; err != nil {
		t.Error(err)
	}
}

// counter is a sink that counts, as soon as it may.
type counter struct {
	release  chan struct{} // nil: at once
	messages atomic.Int64
}

func (c *counter) Receive(_ context.Context, _ *engine.Publisher, batch []message.Message) {
	if c.release != nil {
		<-c.release
	}
	c.messages.Add(int64(len(batch)))
}

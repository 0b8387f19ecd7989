package bench

import (
	"context"
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/message"
)

var idle = engine.HandlerFunc(func(context.Context, *engine.Publisher, []message.Message) {})

// attachIdle attaches n modules in a chain of links, so that each can receive.
func attachIdle(b *testing.B, n int) *engine.Engine {
	e := engine.New(engine.Options{})
	for i := range n {
		if _, err := e.Attach(fmt.Sprintf("m%d", i), idle, engine.ModuleOptions{}); err != nil {
			b.Fatal(err)
		}
	}
	return e
}

func closeIdle(b *testing.B, e *engine.Engine) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if _, err := e.Close(ctx); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkIdle lets an engine of 100 modules idle for a second per operation and says how much of
// a core it takes meanwhile.
func BenchmarkIdle(b *testing.B) {
	e := attachIdle(b, 100)
	runtime.GC()
	began, cpu := time.Now(), busy(b)
	for range b.N {
		time.Sleep(time.Second)
	}
	share := float64(busy(b)-cpu) / float64(time.Since(began))
	b.ReportMetric(100*share, "%core")
	closeIdle(b, e)
}

func busy(b *testing.B) time.Duration {
	cpu, ok := cpuTime()
	if !ok {
		b.Skip("this system does not say how busy the process was")
	}
	return cpu
}

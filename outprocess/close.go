package outprocess

import (
	"context"
	"os"
	"time"
)

// answerTime is for how long nothing must have come from a remote, nor gone there, until it is thought
// to have answered all that it will.
const answerTime = 250 * time.Millisecond

// Drain implements module.Drainer: what the remote answers to what was handed over last is still
// published. v1's wire says nothing of answers, so they are over when it has been quiet for a while.
func (p *proxy) Drain(ctx context.Context) error {
	moved := p.tally.moved()
	if p.tally.handed.Load() == 0 {
		return nil
	}
	for since := time.Now(); time.Since(since) < answerTime && ctx.Err() == nil && !p.Waiting(); {
		pause(ctx, answerTime/10)
		if now := p.tally.moved(); now != moved {
			moved, since = now, time.Now()
		}
	}
	return nil
}

// Stop implements module.Stopper: what the remote sends is published no more. It goes on receiving
// until Close.
func (p *proxy) Stop(context.Context) error {
	p.inbound.stop()
	return nil
}

// Close implements module.Closer: DESTROY, the grace, the signal.
func (p *proxy) Close() error {
	grace := time.Duration(0)
	if p.keeper != nil {
		began := time.Now()
		p.end()
		<-p.keeper.done
		p.inbound.out.Close()
		p.child = p.keeper.child
		grace = max(0, p.place.launch.Grace+lingering-time.Since(began))
	}
	if p.child != nil {
		p.child.stop(grace)
	}
	if path, isIPC := p.place.message.Path(); isIPC && p.place.fresh {
		_ = os.Remove(path) // a remote that was killed left it behind
	}
	return nil
}

// slack is what Close may take beyond what it waits for, on a machine that has much else to do.
const slack = 10 * time.Second

// CloseTime implements module.SlowCloser.
func (p *proxy) CloseTime() time.Duration {
	if p.place.launched {
		return lingering + 2*p.place.launch.Grace + killAfter + slack
	}
	return lingering + 2*p.place.timeout + slack
}

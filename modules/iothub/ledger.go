package iothub

import (
	"context"
	"errors"
	"time"
)

// What becomes of a message, as the log says it.
const (
	ignored      = "ignored: not for the cloud"
	registered   = "registered"
	confirmed    = "confirmed"
	unusableName = "dropped: deviceName cannot be used"
	tooMany      = "dropped: more devices than MaxDevices"
	tooLarge     = "dropped: too large for the hub"
	refusedFull  = "dropped: the hub refuses the device, and its buffer is full"
	notRetried   = "dropped: not connected, and not retried"
	timedOut     = "dropped: not connected within RetryTimeout"
	poisonous    = "dropped: the hub ends the connection over it"
	unsent       = "dropped: not sent before the gateway stopped"
	unconfirmed  = "dropped: sent, but not confirmed before the gateway stopped"
)

// The words of v1 for what became of a message, in its receipt.
const (
	statusOK      = "OK"
	statusDestroy = "DESTROY"
	statusTimeout = "TIMEOUT"
	statusError   = "ERROR"
)

// This file is the monitor of the outboxes: what several goroutines do with them, under the mutex.

// put adds a message to a device's outbox. Where that is full it waits, which makes the link's
// policy decide; but not for a device that the hub refuses, because that may last, and would hold
// up all others.
func (h *hub) put(ctx context.Context, d *device, p *parcel) {
	h.mu.Lock()
	defer h.mu.Unlock()
	room := func() bool { return d.fits(p, h.args.BufferedBytes) }
	h.await(ctx, func() bool { return room() || d.refused || d.over })
	switch {
	case d.over:
		h.lose(d, p, unsent, statusDestroy)
	case room():
		d.add(p)
		d.rouse()
	case d.refused:
		h.lose(d, p, refusedFull, statusError)
	default: // ctx is done
		h.lose(d, p, unsent, statusDestroy)
	}
}

// settle waits until no device has a message left, or ctx is done.
func (h *hub) settle(ctx context.Context) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.await(ctx, func() bool { return !h.unsettled() })
}

// await waits until it is so, or ctx is done. The mutex is held, but not while it waits.
func (h *hub) await(ctx context.Context, so func() bool) {
	if so() {
		return
	}
	defer context.AfterFunc(ctx, h.nudge)()
	for !so() && ctx.Err() == nil {
		h.changed.Wait()
	}
}

// nudge makes those who wait look at their context.
func (h *hub) nudge() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.changed.Broadcast()
}

func (h *hub) unsettled() bool {
	for _, d := range h.devices {
		if len(d.queue) > 0 {
			return true
		}
	}
	return false
}

func (h *hub) next(d *device) (p *parcel, again bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return d.next(time.Now())
}

func (h *hub) flying(d *device) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return d.flying
}

func (h *hub) waiting(d *device) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(d.queue)
}

func (h *hub) overdue(d *device) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return d.overdue(time.Now(), acknowledgeTime)
}

func (h *hub) keyOf(d *device) string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return d.key
}

// confirm takes note of the hub's acknowledgement: the message is the cloud's now.
func (h *hub) confirm(d *device, number uint16) {
	h.mu.Lock()
	defer h.mu.Unlock()
	p := d.acknowledged(number)
	if p == nil {
		return
	}
	h.tally.Count(confirmed, 1)
	h.receipt(p.id, statusOK)
	h.changed.Broadcast()
	d.rouse()
}

// judge takes note of how a try to connect has ended, and says so if it is news.
func (h *hub) judge(d *device, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	d.refused = errors.Is(err, errRefused)
	h.changed.Broadcast()
	known := d.troubled
	d.troubled = err != nil
	switch {
	case err == nil:
		h.log.Info("connected", "device", d.name)
	case known:
		h.log.Debug("still not connected", "device", d.name, "error", err)
	default:
		h.log.Warn("not connected", "device", d.name, "error", err)
	}
}

// rewind takes note of the end of a connection.
func (h *hub) rewind(d *device, err error) {
	ended := errors.Is(err, context.Canceled) || errors.Is(err, errRenewed)
	h.mu.Lock()
	defer h.mu.Unlock()
	if !ended {
		h.log.Warn("connection lost", "device", d.name, "error", err, "unconfirmed", d.flying)
	}
	if p := d.rewind(!ended); p != nil {
		h.lose(d, p, poisonous, statusError)
	}
}

// giveUp drops what waits for a device that the retry policy does not try to connect any more.
func (h *hub) giveUp(d *device, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	why, status := timedOut, statusTimeout
	if h.args.policy == none {
		why, status = notRetried, statusError
	}
	h.log.Warn("given up until there is another message", "device", d.name, "error", err)
	for _, p := range d.clear() {
		h.lose(d, p, why, status)
	}
	h.changed.Broadcast()
}

// finish drops what is left of a device whose goroutine ends.
func (h *hub) finish(d *device) {
	h.mu.Lock()
	defer h.mu.Unlock()
	d.over = true
	for _, p := range d.clear() {
		if p.number == 0 {
			h.lose(d, p, unsent, statusDestroy)
		} else {
			h.lose(d, p, unconfirmed, statusDestroy)
		}
	}
	h.changed.Broadcast()
}

// lose counts a message that the cloud will not get.
func (h *hub) lose(d *device, p *parcel, why, status string) {
	h.tally.Lose(why, "device", d.name)
	h.receipt(p.id, status)
}

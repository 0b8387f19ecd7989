package outprocess

import (
	"fmt"
	"time"
)

// noticeAfter is how long there may be no remote before the log says what is waited for: long enough for
// one that is well, and shorter than people are.
const noticeAfter = time.Second

// What is waited for until the remote is attached.
const (
	forListener = "it to listen at control.id"
	forReply    = "its answer to CREATE"
	forMessages = "it to listen at message.id"
)

// awaits notes what is waited for from now on.
func (k *keeper) awaits(what string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.waitsFor = what
}

// sayWhat tells what the keeper waits for. A timer calls it, once for each time that there is no remote.
func (k *keeper) sayWhat() {
	k.mu.Lock()
	what, why := k.waitsFor, k.why
	k.mu.Unlock()
	args := []any{"control", k.place.control, "for", what}
	if why != nil && what == forListener {
		args = append(args, "error", why)
	}
	if k.place.launched && what == forListener {
		args = append(args, "hint", fmt.Sprintf("the launched program must listen at control.id; %s in launch.args "+
			"stands for it", controlMark))
	}
	k.log.Warn("waiting for the remote module", args...)
}

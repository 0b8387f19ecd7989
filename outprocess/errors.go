package outprocess

import "errors"

// Why a remote module does not have its messages. They reach the log, and the report of the run.
var (
	// ErrAbsent: the remote did not come within StartTimeout.
	ErrAbsent = errors.New("outprocess: the remote module does not answer")
	// ErrLost: the connection to the remote ended.
	ErrLost = errors.New("outprocess: the remote module is lost")
	// ErrRefused: the remote replied something else than ok.
	ErrRefused = errors.New("outprocess: the remote module refused")
	// ErrExited: the process that was launched has ended.
	ErrExited = errors.New("outprocess: the launched process has ended")
	// ErrTooLarge: the message's frame is longer than wire.ReceiveMax.
	ErrTooLarge = errors.New("outprocess: message too large for a remote module")
	// ErrNotHanded: the gateway had to stop while the remote was away or did not read.
	ErrNotHanded = errors.New("outprocess: messages not handed over")
)

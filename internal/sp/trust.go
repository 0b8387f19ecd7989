package sp

import (
	"errors"
	"fmt"
	"os"
	"slices"

	"go.nanomsg.org/mangos/v3"
)

// ErrStranger is what Dial returns where the process that listens at a socket of the file system is
// another user's: neither ours, nor root's, nor that of a user who is trusted. Whoever may write to a
// folder can wait at any name in it, and would be sent the configuration and every message.
//
// Linux tells whose process it is. Elsewhere nothing is known and everybody trusted: on macOS and the
// BSDs the permissions of the folder decide, on Windows those of the pipe.
var ErrStranger = errors.New("another user's process is there")

// PeerUser returns the number of the user whose process is at the other end, where the system tells.
func (c *Conn) PeerUser() (uid int, known bool) {
	value, err := c.pipe.GetOption(mangos.OptionPeerUID)
	uid, known = value.(int)
	return uid, known && err == nil
}

// vouched refuses a peer that is a stranger's.
func (c *Conn) vouched(trusted []int) error {
	uid, known := c.PeerUser()
	if !known || !strange(uid, os.Geteuid(), trusted) {
		return nil
	}
	return fmt.Errorf("%w: process %d of the user with the number %d, which is neither ours nor root's "+
		"(peerUid allows a user)", ErrStranger, c.PeerID(), uid)
}

func strange(uid, own int, trusted []int) bool {
	return uid != own && uid != 0 && !slices.Contains(trusted, uid)
}

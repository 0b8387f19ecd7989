package sp

import "go.nanomsg.org/mangos/v3"

// makeFolder has nothing to do: pipes are in no folder.
func makeFolder(Address) error { return nil }

// private leaves a pipe the permissions that Windows gives it: its maker and the system's users may
// write to it.
func private(mangos.TranListener, Address, bool) error { return nil }

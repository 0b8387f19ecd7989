package outprocess

import (
	"os"
	"syscall"
)

// apart keeps an interrupt from the console away from a process.
func apart() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{CreationFlags: syscall.CREATE_NEW_PROCESS_GROUP}
}

// terminate kills: Windows knows no other way to end a process that is not asked through a window.
func terminate(p *os.Process) { kill(p) }

func kill(p *os.Process) { _ = p.Kill() }

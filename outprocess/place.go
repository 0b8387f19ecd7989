package outprocess

import (
	"strings"

	"github.com/millrace/millrace/fault"
	"github.com/millrace/millrace/internal/sp"
)

// What stands for the addresses in the arguments of a program to launch.
const (
	controlMark = "{control}"
	messageMark = "{message}"
)

// arguments are those of the program to launch, with its addresses in them: the path of one of ipc, which
// is what v1's programs take, and tcp://HOST:PORT.
func (p *place) arguments(args []string) []string {
	insert := strings.NewReplacer(controlMark, bare(p.control), messageMark, bare(p.message))
	all := make([]string, len(args))
	for i, a := range args {
		all[i] = insert.Replace(a)
	}
	return all
}

func bare(a sp.Address) string {
	if path, isIPC := a.Path(); isIPC {
		return path
	}
	return string(a)
}

// checkFolders finds out whether sockets can be at the addresses: nobody makes a folder for one.
func (p *place) checkFolders() error {
	var faults fault.List
	faults.Under(at("control.id"), p.control.CheckFolder())
	if !p.fresh || faults.Err() == nil { // a fresh one is beside the other
		faults.Under(at("message.id"), p.message.CheckFolder())
	}
	return faults.Err()
}

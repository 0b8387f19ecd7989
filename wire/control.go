package wire

import (
	"encoding/binary"
	"fmt"
	"strings"
)

// Type is the type of a control frame.
type Type byte

// The types. A gateway sends all but Reply.
const (
	Create  Type = 1 // make the module, or make it anew
	Reply   Type = 2 // what became of Create; also sent unasked, by a remote module that goes away
	Start   Type = 3
	Destroy Type = 4
)

// String returns the type as v1 writes it.
func (t Type) String() string {
	switch t {
	case Create:
		return "CREATE"
	case Reply:
		return "REPLY"
	case Start:
		return "START"
	case Destroy:
		return "DESTROY"
	}
	return fmt.Sprintf("type %d", byte(t))
}

// Status is what a Reply says.
type Status byte

// The statuses.
const (
	OK           Status = 0x00
	NoConnection Status = 0x01 // the message socket could not be opened
	NotCreated   Status = 0x02 // the module could not be created
	Detached     Status = 0xFF // the remote module goes away
)

// String says it in words.
func (s Status) String() string {
	switch s {
	case OK:
		return "ok"
	case NoConnection:
		return "it could not open its message socket"
	case NotCreated:
		return "it could not create the module"
	case Detached:
		return "it detached itself"
	}
	return fmt.Sprintf("status %d", byte(s))
}

// Control is a control frame.
type Control struct {
	Type    Type
	Address string // of Create: of the message socket, such as ipc:///tmp/m
	Args    string // of Create: the module's arguments as JSON
	Status  Status // of Reply
}

const (
	controlMark    = 0x6C
	controlVersion = 1
	controlHeader  = 8 // magic, version, type, total
	dataVersion    = 1
	pairProtocol   = 0x10 // NN_PAIR
)

// AppendControl appends a control frame to buf and returns the whole; fields that the type does not
// have are ignored. It refuses what ParseControl would, and then returns buf as it was.
func AppendControl(buf []byte, c Control) ([]byte, error) {
	start := len(buf)
	b := buf
	b = append(b, magic, controlMark, controlVersion, byte(c.Type), 0, 0, 0, 0)
	switch c.Type {
	case Create:
		for _, text := range []string{c.Address, c.Args} {
			if i := strings.IndexByte(text, 0); i >= 0 {
				return buf, wrong(controlHeader, "a text without", "a NUL in %.64q", text)
			}
		}
		if int64(len(c.Address))+int64(len(c.Args)) > sizeMax-64 {
			return buf, wrong(4, "31 bits at most", "a length of %d", len(c.Address)+len(c.Args))
		}
		b = append(b, dataVersion, pairProtocol)
		b = appendText(appendText(b, c.Address), c.Args)
	case Reply:
		b = append(b, byte(c.Status))
	case Start, Destroy:
	default:
		return buf, wrong(3, "1 to 4", "a control frame of %v", c.Type)
	}
	binary.BigEndian.PutUint32(b[start+4:], uint32(len(b)-start))
	return b, nil
}

func appendText(b []byte, text string) []byte {
	b = binary.BigEndian.AppendUint32(b, uint32(len(text)+1))
	return append(append(b, text...), 0)
}

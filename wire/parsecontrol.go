package wire

import (
	"encoding/binary"
	"strings"
)

// ParseControl reads a control frame. What it returns is a copy. A mistake is a FormatError.
func ParseControl(frame []byte) (Control, error) {
	if len(frame) < controlHeader {
		return Control{}, wrong(len(frame), "8 bytes at least",
			"the end of a frame of %d bytes", len(frame))
	}
	if frame[0] != magic || frame[1] != controlMark {
		return Control{}, wrong(0, "A1 6C, which begins a control frame", "% X", frame[:2])
	}
	if frame[2] != controlVersion {
		return Control{}, wrong(2, "1", "version %d of control frames", frame[2])
	}
	if err := checkTotal(frame, 4); err != nil {
		return Control{}, err
	}
	c := Control{Type: Type(frame[3])}
	if err := c.parseBody(frame); err != nil {
		return Control{}, err
	}
	return c, nil
}

func (c *Control) parseBody(frame []byte) error {
	switch c.Type {
	case Create:
		return c.parseCreate(frame)
	case Reply:
		if len(frame) != controlHeader+1 {
			return wrong(4, "9", "a REPLY of %d bytes", len(frame))
		}
		c.Status = Status(frame[controlHeader])
	case Start, Destroy:
		if len(frame) != controlHeader {
			return wrong(4, "8", "a %v of %d bytes", c.Type, len(frame))
		}
	default:
		return wrong(3, "1 to 4", "a control frame of %v", c.Type)
	}
	return nil
}

func (c *Control) parseCreate(frame []byte) (err error) {
	const texts = controlHeader + 2
	switch {
	case len(frame) < texts:
		return wrong(len(frame), "10 bytes and more", "the end of a CREATE of %d bytes", len(frame))
	case frame[controlHeader] != dataVersion:
		return wrong(controlHeader, "1", "version %d of data frames", frame[controlHeader])
	case frame[controlHeader+1] != pairProtocol:
		return wrong(controlHeader+1, "10, which is pair", "socket type %X", frame[controlHeader+1])
	}
	at := texts
	if c.Address, at, err = parseText(frame, at, "address"); err != nil {
		return err
	}
	if c.Args, at, err = parseText(frame, at, "arguments"); err != nil {
		return err
	}
	if at != len(frame) {
		return wrong(at, "the end of the frame", "%d bytes behind the arguments", len(frame)-at)
	}
	return nil
}

// parseText reads a size that counts the NUL, and a text.
func parseText(frame []byte, at int, name string) (text string, next int, err error) {
	if len(frame)-at < lengthBytes {
		return "", at, wrong(at, "four bytes", "no room for the size of the %s", name)
	}
	size := int64(binary.BigEndian.Uint32(frame[at:]))
	begin := at + lengthBytes
	if size < 1 || size > int64(len(frame)-begin) {
		return "", at, wrong(at, "1 to the bytes that follow", "a size of %d for the %s, and %d bytes "+
			"follow", size, name, len(frame)-begin)
	}
	next = begin + int(size)
	text = string(frame[begin : next-1])
	if frame[next-1] != 0 {
		return "", at, wrong(next-1, "a NUL", "the %s do not end here", name)
	}
	if i := strings.IndexByte(text, 0); i >= 0 {
		return "", at, wrong(begin+i, "it at the end only", "a NUL in the %s", name)
	}
	return text, next, nil
}

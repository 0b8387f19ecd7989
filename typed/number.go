package typed

import (
	"fmt"
	"math"
	"strconv"

	"github.com/millrace/millrace/message"
	"github.com/millrace/millrace/property"
)

type signed interface {
	int | int8 | int16 | int32 | int64
}

type unsigned interface {
	uint | uint8 | uint16 | uint32 | uint64
}

type intColumn[N signed] struct{ cell[N] }

func newInt[N signed](at place, p *N, _ tag) column { return &intColumn[N]{cell[N]{place: at, p: p}} }

func (c *intColumn[N]) write(d message.Draft) error {
	d.SetInt(c.key, int64(*c.p))
	return nil
}

func (c *intColumn[N]) read(v property.View) error {
	n, ok := v.Int(c.key)
	if *c.p = N(n); !ok || int64(*c.p) != n {
		return c.refused(v, fmt.Sprintf("a whole number (%T)", *c.p))
	}
	return nil
}

type uintColumn[N unsigned] struct{ cell[N] }

func newUint[N unsigned](at place, p *N, _ tag) column {
	return &uintColumn[N]{cell[N]{place: at, p: p}}
}

func (c *uintColumn[N]) write(d message.Draft) error {
	d.SetUint(c.key, uint64(*c.p))
	return nil
}

func (c *uintColumn[N]) read(v property.View) error {
	n, ok := v.Uint(c.key)
	if *c.p = N(n); !ok || uint64(*c.p) != n {
		return c.refused(v, fmt.Sprintf("a whole number without sign (%T)", *c.p))
	}
	return nil
}

type floatColumn struct {
	cell[float64]
	decimals int
}

func newFloat(at place, p *float64, t tag) column {
	return &floatColumn{cell[float64]{place: at, p: p}, t.decimals}
}

func (c *floatColumn) write(d message.Draft) error {
	if c.decimals < 0 {
		d.SetFloat(c.key, *c.p)
	} else {
		d.SetFixed(c.key, *c.p, c.decimals)
	}
	return nil
}

func (c *floatColumn) read(v property.View) (err error) {
	n, ok := v.Float(c.key)
	if !ok {
		return c.refused(v, "a number")
	}
	*c.p = n
	return nil
}

// float32Column writes fewer digits than it would as a float64.
type float32Column struct {
	cell[float32]
	decimals int
	text     [48]byte
}

func newFloat32(at place, p *float32, t tag) column {
	return &float32Column{cell: cell[float32]{place: at, p: p}, decimals: t.decimals}
}

func (c *float32Column) write(d message.Draft) error {
	if c.decimals >= 0 {
		d.SetFixed(c.key, float64(*c.p), c.decimals)
		return nil
	}
	form := byte('f')
	if size := math.Abs(float64(*c.p)); size != 0 && (size < 1e-6 || size >= 1e21) { // as SetFloat
		form = 'e'
	}
	d.SetKeyBytes(c.key, strconv.AppendFloat(c.text[:0], float64(*c.p), form, -1, 32))
	return nil
}

func (c *float32Column) read(v property.View) error {
	value, _ := v.Find(c.key)
	n, err := strconv.ParseFloat(textOf(value), 32)
	if err != nil {
		return c.refused(v, "a number (float32)")
	}
	*c.p = float32(n)
	return nil
}

package explore

import "fmt"

// cell is what is known of one piece of memory that is not accessed atomically: who wrote it last
// and who has read it since, as epochs of their threads (FastTrack: Flanagan and Freund, PLDI 2009).
type cell struct {
	writer int
	wrote  uint32 // 0: nobody yet
	read   clock
}

// Reads declares that the caller reads what the pointer leads to, not atomically. A write that is
// not ordered with it is a data race, which fails the run.
func Reads(pointer any) {
	if t := caller(); t != nil {
		c := t.run.cell(pointer)
		t.checkWriter(c)
		c.read[t.id] = t.knows[t.id]
	}
}

// Writes declares that the caller writes what the pointer leads to, not atomically.
func Writes(pointer any) {
	if t := caller(); t != nil {
		c := t.run.cell(pointer)
		t.checkWriter(c)
		for other, epoch := range c.read {
			if epoch > t.knows[other] {
				t.raced("writes", "read", other)
			}
		}
		c.writer, c.wrote = t.id, t.knows[t.id]
	}
}

func (t *thread) checkWriter(c *cell) {
	if c.wrote > t.knows[c.writer] {
		t.raced("uses", "wrote", c.writer)
	}
}

func (t *thread) raced(does, did string, other int) {
	x := t.run
	x.Check(false, "data race: %s %s what %s %s, and nothing orders the two%s",
		t.name, does, x.threads[other].name, did, x.where())
}

func (x *Run) cell(pointer any) *cell {
	c := x.cells[pointer]
	if c == nil {
		c = &cell{}
		if x.cells == nil {
			x.cells = make(map[any]*cell)
		}
		x.cells[pointer] = c
	}
	return c
}

func (x *Run) where() string {
	if x.told == nil {
		return ""
	}
	return fmt.Sprintf(" (at %s)", callSite())
}

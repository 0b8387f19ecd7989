package document

import (
	"fmt"
	"time"

	"github.com/millrace/millrace/engine"
)

var overflows = []string{"block", "drop_newest", "drop_oldest"}

// ends is the pair that a link joins.
type ends struct{ source, sink string }

// linked is what is known of the links of one pair.
type linked struct {
	delivery engine.Delivery
	line     int            // of the first; 0: it is not in this document
	filters  map[string]int // the line of each filter
}

// links checks every link of the list.
func (c *checker) links(list *node) []Link {
	if list.kind != arrayKind {
		return nil
	}
	pairs := c.linkedAlready()
	all := make([]Link, 0, len(list.children))
	for _, entry := range list.children {
		if link, ok := c.link(entry); ok {
			c.compare(entry, link, pairs)
			all = append(all, link)
		}
	}
	return all
}

// link reads one link; it returns false when a mistake was reported.
func (c *checker) link(entry *node) (Link, bool) {
	source, sink := entry.get("source"), entry.get("sink")
	sound := c.end(source, true)
	sound = c.end(sink, false) && sound
	link := Link{Source: entry.getString("source"), Sink: entry.getString("sink")}
	if n := entry.get("filter"); n != nil {
		var ok bool
		link.Filter, ok = c.filter(n)
		sound = sound && ok
	}
	delivery, ok := c.delivery(entry.get("delivery"))
	link.Delivery = delivery
	return link, sound && ok
}

// end checks that a source or sink names a module.
func (c *checker) end(n *node, source bool) bool {
	if n == nil || n.kind != stringKind {
		return false
	}
	if n.text == every {
		if !source {
			c.at(n, `the sink "*"`, `want a module's name: "*" is a source only`)
		}
		return source
	}
	if _, known := c.names[n.text]; known {
		return source || c.hears(n)
	}
	want := c.guessName(n.text, c.inOrder)
	if want == "" && len(c.inOrder) > 0 {
		want = "want one of " + oneOf(c.inOrder)
	}
	c.at(n, "no module is named "+quote(n.text), want)
	return false
}

// hears checks that a link's sink takes messages.
func (c *checker) hears(sink *node) bool {
	kind, deaf := c.deaf[sink.text]
	if deaf {
		c.at(sink, fmt.Sprintf("the module %s takes no messages: %s only publishes", quote(sink.text), kind),
			"want a module that receives")
	}
	return !deaf
}

// delivery reads a policy; an absent one is the engine's default.
func (c *checker) delivery(n *node) (engine.Delivery, bool) {
	var d engine.Delivery
	if n == nil {
		return d, true
	}
	if n.broken() {
		return d, false
	}
	switch n.getString("overflow") {
	case "drop_newest":
		d.WhenFull = engine.DropNewest
	case "drop_oldest":
		d.WhenFull = engine.DropOldest
	}
	timeout := n.get("timeout")
	if timeout == nil {
		return d, true
	}
	if d.WhenFull != engine.Block {
		c.add(timeout.keyAt, timeout.path(), "a timeout without waiting",
			`want it with "overflow": "block" only`)
		return d, false
	}
	var ok bool
	d.Timeout, ok = c.timeout(timeout)
	return d, ok
}

func (c *checker) timeout(n *node) (time.Duration, bool) {
	timeout, err := time.ParseDuration(n.text)
	if err == nil && timeout > 0 {
		return timeout, true
	}
	c.at(n, quote(n.text)+" is not a time to wait",
		`want a number above 0 with a unit (ms, s, m, h), such as "250ms"`)
	return 0, false
}

// compare holds a link against the earlier ones of its pair: none may have the same filter, and all
// must agree on delivery, since one ring serves them.
func (c *checker) compare(entry *node, link Link, pairs map[ends]*linked) {
	pair := ends{link.Source, link.Sink}
	filter := link.Filter.String()
	known := pairs[pair]
	if known == nil {
		pairs[pair] = &linked{
			delivery: link.Delivery,
			line:     entry.at.line,
			filters:  map[string]int{filter: entry.at.line},
		}
		return
	}
	words := fmt.Sprintf("from %s to %s", quote(pair.source), quote(pair.sink))
	switch line, twice := known.filters[filter]; {
	case twice:
		c.at(entry, fmt.Sprintf("duplicate link %s, first %s", words, place(line)),
			"want it once, or different filters")
	case known.delivery != link.Delivery:
		c.at(entry, fmt.Sprintf("another delivery than the link %s %s", words, place(known.line)),
			"want the same delivery for all links of one pair")
	}
	known.filters[filter] = entry.at.line
}

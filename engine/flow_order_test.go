package engine_test

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/millrace/millrace/engine"
)

// order is one line of a script: a verb, words, options (key=value, or a key alone where the command
// knows it), and the error that is to come of it. Commands take from it what they know; what is left
// over is a mistake, and so is the first thing they cannot read.
type order struct {
	text    string // after the verb
	verb    string
	words   []string
	options map[string]string
	fails   string
	mistake error
}

// readOrder reads a line; an empty one has no verb.
func readOrder(line string) (*order, error) {
	line, _, _ = strings.Cut(line, "#")
	line, fails, found := strings.Cut(line, " fails: ")
	o := &order{fails: strings.TrimSpace(fails), options: make(map[string]string)}
	if found && o.fails == "" {
		return nil, errors.New("fails with what?")
	}
	fields := strings.Fields(line)
	if len(fields) == 0 {
		return o, nil
	}
	o.verb = fields[0]
	_, o.text, _ = strings.Cut(line, o.verb)
	for _, field := range fields[1:] {
		if key, value, isOption := strings.Cut(field, "="); isOption {
			o.options[key] = value
		} else {
			o.words = append(o.words, field)
		}
	}
	return o, nil
}

// wrong notes the first mistake.
func (o *order) wrong(format string, args ...any) {
	if o.mistake == nil {
		o.mistake = fmt.Errorf(format, args...)
	}
}

// word takes the first of the words that are left.
func (o *order) word(what string) string {
	if len(o.words) == 0 {
		o.wrong("%s wants %s", o.verb, what)
		return ""
	}
	first := o.words[0]
	o.words = o.words[1:]
	return first
}

// rest takes all that is left, as it is written.
func (o *order) rest() string {
	o.words, o.options = nil, nil
	return o.text
}

// flag takes a word if it is there.
func (o *order) flag(name string) bool {
	for i, word := range o.words {
		if word == name {
			o.words = append(o.words[:i:i], o.words[i+1:]...)
			return true
		}
	}
	return false
}

func (o *order) option(key string) string {
	value := o.options[key]
	delete(o.options, key)
	return value
}

func (o *order) number(key string, otherwise int) int {
	value := o.option(key)
	if value == "" {
		return otherwise
	}
	n, err := strconv.Atoi(value)
	if err != nil {
		o.wrong("%s=%s is no number", key, value)
	}
	return n
}

func (o *order) duration(key string) time.Duration {
	value := o.option(key)
	if value == "" {
		return 0
	}
	d, err := time.ParseDuration(value)
	if err != nil {
		o.wrong("%s=%s is no time", key, value)
	}
	return d
}

func (o *order) want(key string) want {
	w, err := readWant(o.option(key))
	if err != nil {
		o.wrong("%v", err)
	}
	return w
}

// pair takes a -> b.
func (o *order) pair() engine.Pair {
	source := o.word("a source")
	if arrow := o.word("->"); arrow != "->" {
		o.wrong("%s instead of ->", arrow)
	}
	return engine.Pair{Source: source, Sink: o.word("a sink")}
}

// delivery takes block, drop_newest, drop_oldest or timeout=1ms.
func (o *order) delivery() (d engine.Delivery) {
	for _, policy := range []engine.FullPolicy{engine.Block, engine.DropNewest, engine.DropOldest} {
		if o.flag(policy.String()) {
			d.WhenFull = policy
		}
	}
	d.Timeout = o.duration("timeout")
	return d
}

// numbers takes all words that are left: 7 or 1..5.
func (o *order) numbers() (list []int) {
	for len(o.words) > 0 {
		word := o.word("numbers")
		low, high, many := strings.Cut(word, "..")
		from, err := strconv.Atoi(low)
		to := from
		if many && err == nil {
			to, err = strconv.Atoi(high)
		}
		if err != nil {
			o.wrong("%q is no number", word)
			return nil
		}
		list = append(list, numbers(from, to)...)
	}
	return list
}

package engine_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/millrace/millrace/engine"
)

// commands are the verbs of flow scripts: see testdata/README.md.
var commands = map[string]func(context.Context, *rig, *order) error{
	"engine":      engineIsThere,
	"attach":      attachModule,
	"detach":      detachModule,
	"quarantine":  quarantineModule,
	"hold":        holdModule,
	"release":     releaseModule,
	"link":        linkModules,
	"unlink":      unlinkModules,
	"apply":       applyChange,
	"dead-letter": switchDeadLetters,
	"publish":     publishNumbersOneByOne,
	"batch":       publishNumbersAtOnce,
	"await":       awaitPublisher,
	"close":       closeEngine,
	"expect":      expect,
}

// engineOptions reads the line that is the engine's, if there is one.
func engineOptions(script []string) (engine.Options, error) {
	for _, line := range script {
		if o, err := readOrder(line); err == nil && o.verb == "engine" {
			options := engine.Options{
				Keys:     16,
				Memory:   int64(o.number("memory", 0)),
				Overflow: int64(o.number("overflow", 0)),
			}
			return options, o.mistake
		}
	}
	return engine.Options{Keys: 16}, nil
}

// engineIsThere checks that nothing but what engineOptions knows is in its line.
func engineIsThere(_ context.Context, _ *rig, o *order) error {
	o.number("memory", 0)
	o.number("overflow", 0)
	return nil
}

func attachModule(_ context.Context, r *rig, o *order) error {
	b := behaviour{
		batch:      o.flag("batch"),
		keeps:      o.flag("keeps"),
		deaf:       o.flag("deaf"),
		relays:     o.flag("relays"),
		capacity:   o.number("capacity", 0),
		forwards:   o.number("forwards", 0),
		via:        o.option("via"),
		panics:     o.number("panics", 0),
		quarantine: o.number("quarantine", 0),
	}
	if w := o.want("accepts"); w.text != "" {
		b.accepts = &w
	}
	return r.attach(o.word("a module"), b)
}

func detachModule(ctx context.Context, r *rig, o *order) error {
	ctx, cancel := o.within(ctx)
	defer cancel()
	return r.detach(ctx, o.word("a module"))
}

// within takes the time that a command has, if it states one.
func (o *order) within(ctx context.Context) (context.Context, context.CancelFunc) {
	if limit := o.duration("within"); limit > 0 {
		return context.WithTimeout(ctx, limit)
	}
	return context.WithCancel(ctx)
}

// module takes the name of an attached module; nil if there is none.
func (o *order) module(r *rig) *tap { return r.now.Load().modules[o.word("a module")] }

func quarantineModule(_ context.Context, r *rig, o *order) error {
	t := o.module(r)
	if t == nil {
		return engine.ErrUnknown
	}
	t.outcast.Store(true)
	t.module.Quarantine()
	return nil
}

func holdModule(_ context.Context, r *rig, o *order) error {
	if t := o.module(r); t != nil {
		t.gate.hold()
		return nil
	}
	return engine.ErrUnknown
}

func releaseModule(_ context.Context, r *rig, o *order) error {
	if t := o.module(r); t != nil {
		t.gate.open()
		return nil
	}
	return engine.ErrUnknown
}

func (o *order) edge() edge {
	return edge{Pair: o.pair(), want: o.want("where"), delivery: o.delivery()}
}

func (r *rig) apply(d edit, do func() error) error {
	return r.change(do, func(w *wiring) (*wiring, error) { return w.edited(d) })
}

func linkModules(_ context.Context, r *rig, o *order) error {
	d := edit{make: []edge{o.edge()}}
	return r.apply(d, func() error { return r.e.Link(d.change().Link[0]) })
}

func unlinkModules(_ context.Context, r *rig, o *order) error {
	p := o.pair()
	return r.apply(edit{cut: []engine.Pair{p}}, func() error { return r.e.Unlink(p.Source, p.Sink) })
}

// applyChange takes unlink a -> b; link a -> c drop_oldest; ...
func applyChange(_ context.Context, r *rig, o *order) error {
	var d edit
	for text := range strings.SplitSeq(o.rest(), ";") {
		part, err := readOrder(text)
		if err != nil {
			return err
		}
		switch part.verb {
		case "link":
			d.make = append(d.make, part.edge())
		case "unlink":
			d.cut = append(d.cut, part.pair())
		default:
			o.wrong("%q instead of link or unlink", part.verb)
		}
		if len(part.words)+len(part.options) > 0 {
			part.wrong("%s: left over %v %v", text, part.words, part.options)
		}
		o.mistake = errors.Join(o.mistake, part.mistake)
	}
	return r.apply(d, func() error { return r.e.Apply(d.change()) })
}

func switchDeadLetters(_ context.Context, r *rig, o *order) error {
	name := o.word("a module or off")
	if name == "off" {
		name = ""
	}
	return r.deadLetter(name)
}

func awaitPublisher(ctx context.Context, r *rig, o *order) error {
	s, err := o.sender(r)
	if err != nil {
		return err
	}
	if err, returned := s.wait(ctx); returned {
		return err
	}
	return errors.New("the publisher still waits")
}

func closeEngine(ctx context.Context, r *rig, o *order) error {
	ctx, cancel := o.within(ctx)
	defer cancel()
	return r.close(ctx)
}

// sender finds a publisher: a, or a/2 for another of the same module.
func (o *order) sender(r *rig) (*sender, error) {
	name := o.word("a publisher")
	module, _, _ := strings.Cut(name, "/")
	t := r.now.Load().modules[module]
	if t == nil {
		return nil, fmt.Errorf("%w: %s", engine.ErrUnknown, module)
	}
	if s := r.sender(t, name, false); s != nil {
		return s, nil
	}
	return nil, engine.ErrClosed
}

func publishNumbersOneByOne(ctx context.Context, r *rig, o *order) error {
	limit := o.duration("within")
	return publishAll(ctx, r, o, func(ctx context.Context, s *sender, ps []parcel) error {
		for _, p := range ps {
			if err := s.within(ctx, limit, func(ctx context.Context) error { return s.send(ctx, p) }); err != nil {
				return err
			}
		}
		return nil
	})
}

func publishNumbersAtOnce(ctx context.Context, r *rig, o *order) error {
	limit := o.duration("within")
	return publishAll(ctx, r, o, func(ctx context.Context, s *sender, ps []parcel) error {
		return s.within(ctx, limit, func(ctx context.Context) error { return s.sendBatch(ctx, ps) })
	})
}

// publishAll publishes what the order says: here, or, if it is to wait, on a goroutine of its own.
func publishAll(ctx context.Context, r *rig, o *order, send func(context.Context, *sender, []parcel) error) error {
	waits := o.flag("waits")
	hops, size := o.number("hops", 3), o.number("size", 8)
	s, err := o.sender(r)
	var ps []parcel
	for _, n := range o.numbers() {
		ps = append(ps, parcel{number: n, hops: hops, size: size})
	}
	if err != nil || o.mistake != nil {
		return err
	}
	if !waits {
		return send(ctx, s, ps)
	}
	s.later(func() error { return send(ctx, s, ps) })
	return eventually(ctx, func() string {
		if !s.pub.Waits() {
			return "does not wait"
		}
		return ""
	})
}

func callOf(e *engine.Engine, name string) engine.Call {
	calls := e.Calls()
	if i := slices.IndexFunc(calls, func(c engine.Call) bool { return c.Module == name }); i >= 0 {
		return calls[i]
	}
	return engine.Call{}
}

// eventually waits until there is nothing wrong any more.
func eventually(ctx context.Context, wrong func() string) error {
	for {
		text := wrong()
		if text == "" {
			return nil
		}
		if ctx.Err() != nil {
			return &expectation{text}
		}
		time.Sleep(50 * time.Microsecond)
	}
}

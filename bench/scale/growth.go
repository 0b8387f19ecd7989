package main

import (
	"errors"
	"strconv"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/filter"
)

// modules come and go, without a link.
func modules(s *stopwatch, n int) error {
	e := engine.New(engine.Options{})
	return errors.Join(
		s.time("attach", each(n, attach(e, engine.ModuleOptions{}))),
		s.time("detach", each(n, detach(e))),
		s.time("attach again", each(n, attach(e, engine.ModuleOptions{}))),
		s.time("close", closing(e)),
	)
}

// ring links n modules in a circle: one by one, and in one change; both are taken away likewise.
func ring(s *stopwatch, n int) error {
	e := engine.New(engine.Options{})
	if err := each(n, attach(e, engine.ModuleOptions{}))(); err != nil {
		return err
	}
	link := func(i int) engine.Link { return engine.Link{Source: name(i), Sink: name((i + 1) % n)} }
	pair := func(i int) engine.Pair { l := link(i); return engine.Pair{Source: l.Source, Sink: l.Sink} }
	var all, none engine.Change
	for i := range n {
		all.Link, none.Unlink = append(all.Link, link(i)), append(none.Unlink, pair(i))
	}
	return errors.Join(
		s.time("link", each(n, func(i int) error { return e.Link(link(i)) })),
		s.time("unlink", each(n, func(i int) error { return e.Unlink(pair(i).Source, pair(i).Sink) })),
		s.time("link in one change", func() error { return e.Apply(all) }),
		s.time("unlink in one change", func() error { return e.Apply(none) }),
		s.time("link again", each(n, func(i int) error { return e.Link(link(i)) })),
		s.time("detach", each(n, detach(e))),
		closing(e)(),
	)
}

// star links one source with n sinks that want different things.
func star(s *stopwatch, n int) error {
	e := engine.New(engine.Options{})
	if _, err := e.Attach("source", nothing, engine.ModuleOptions{}); err != nil {
		return err
	}
	if err := each(n, attach(e, engine.ModuleOptions{}))(); err != nil {
		return err
	}
	link := func(i int) error {
		wants := filter.Equal("wanted", strconv.Itoa(i))
		return e.Link(engine.Link{Source: "source", Sink: name(i), Filter: wants})
	}
	return errors.Join(
		s.time("link", each(n, link)),
		s.time("unlink", each(n, func(i int) error { return e.Unlink("source", name(i)) })),
		s.time("link again", each(n, link)),
		s.time("detach", each(n, detach(e))),
		closing(e)(),
	)
}

// bus attaches n modules that take from every other what they want.
func bus(s *stopwatch, n int) error {
	e := engine.New(engine.Options{})
	return errors.Join(
		s.time("attach", each(n, func(i int) error { return attach(e, wanting(i))(i) })),
		s.time("detach", each(n, detach(e))),
		closing(e)(),
	)
}

func wanting(i int) engine.ModuleOptions {
	accept := filter.Equal("wanted", strconv.Itoa(i))
	return engine.ModuleOptions{Accept: &accept}
}

// publishers of one module are made and closed.
func publishers(s *stopwatch, n int) error {
	e := engine.New(engine.Options{})
	m, err := e.Attach("m", nothing, engine.ModuleOptions{})
	if err != nil {
		return err
	}
	all := make([]*engine.Publisher, n)
	return errors.Join(
		s.time("make", each(n, func(i int) (err error) {
			all[i], err = m.Publisher()
			return err
		})),
		s.time("close", each(n, func(i int) error {
			all[i].Close()
			return nil
		})),
		closing(e)(),
	)
}

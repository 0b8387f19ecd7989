package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
)

const natsPlain = "NATS in process"

func natsServers() []peer {
	return []peer{
		{
			name: natsPlain, what: "nats-server in process, the properties in the payload",
			open: func(j job) (rig, error) { return openNATS(j, false) },
		},
		{
			name: "NATS, 5 headers", what: "the same, the properties as headers",
			open: func(j job) (rig, error) { return openNATS(j, true) },
		},
	}
}

// natsRig has a server without a listener and one connection a module.
type natsRig struct {
	job     job
	headers bool
	server  *server.Server
	conns   []*nats.Conn // of the sources, the stages, the sinks
	sinks   *sinks
}

const pendingMax = 1 << 30 // bytes; the server would drop a slow consumer beyond it

func openNATS(j job, headers bool) (rig, error) {
	s, err := server.NewServer(&server.Options{
		DontListen: true, NoSigs: true, NoLog: true, MaxPending: pendingMax,
	})
	if err != nil {
		return nil, err
	}
	go s.Start()
	if !s.ReadyForConnections(10 * time.Second) {
		return nil, errors.New("the server is not ready after 10 s")
	}
	r := &natsRig{job: j, headers: headers, server: s, sinks: newSinks(j.sinks)}
	for range j.sources + j.stages + j.sinks {
		c, err := nats.Connect("", nats.InProcessServer(s))
		if err != nil {
			return nil, err
		}
		r.conns = append(r.conns, c)
	}
	return r, r.subscribe()
}

// subscribe gives each stage the subject of its number, and the sinks the next one.
func (r *natsRig) subscribe() error {
	for i := range r.job.stages {
		c, next := r.conns[r.job.sources+i], subject(i+1)
		pass := func(m *nats.Msg) {
			// The connection does not copy what it is given later, but now.
			_ = c.PublishMsg(&nats.Msg{Subject: next, Header: m.Header, Data: m.Data})
		}
		if err := listen(c, subject(i), pass); err != nil {
			return err
		}
	}
	for i := range r.job.sinks {
		k := &r.sinks.all[i]
		take := func(m *nats.Msg) { k.took(r.right(m)) }
		if err := listen(r.conns[r.job.sources+r.job.stages+i], subject(r.job.stages), take); err != nil {
			return err
		}
	}
	return nil
}

func listen(c *nats.Conn, subject string, f nats.MsgHandler) error {
	s, err := c.Subscribe(subject, f)
	if err != nil {
		return err
	}
	if err := s.SetPendingLimits(-1, -1); err != nil {
		return err
	}
	return c.Flush()
}

func subject(i int) string { return fmt.Sprintf("hop.%d", i) }

func (r *natsRig) right(m *nats.Msg) bool {
	if r.headers {
		return m.Header.Get(wantedKey) == wantedValue
	}
	return rightImage(m.Data)
}

func (r *natsRig) message(image []byte, i int) *nats.Msg {
	if !r.headers {
		return &nats.Msg{Subject: subject0, Data: appendImage(image[:0], r.job, i)}
	}
	var t texts
	t.write(r.job, i)
	m := &nats.Msg{Subject: subject0, Data: content, Header: make(nats.Header, len(t))}
	for i := range t {
		m.Header[t[i][0]] = []string{t[i][1]}
	}
	return m
}

var subject0 = subject(0)

func (r *natsRig) send(n int) error {
	r.sinks.expect(n)
	err := feed(r.job.sources, n, func(i, n int) error {
		image := make([]byte, 0, imageSize)
		for k := range n {
			if err := r.conns[i].PublishMsg(r.message(image, k)); err != nil {
				return err
			}
		}
		return r.conns[i].Flush()
	})
	if err != nil {
		return err
	}
	return r.sinks.wait()
}

func (r *natsRig) close() error {
	for _, c := range r.conns {
		c.Close()
	}
	r.server.Shutdown()
	r.server.WaitForShutdown()
	return r.sinks.verify()
}

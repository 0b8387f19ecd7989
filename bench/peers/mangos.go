package main

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"go.nanomsg.org/mangos/v3"
	"go.nanomsg.org/mangos/v3/protocol/pull"
	"go.nanomsg.org/mangos/v3/protocol/push"
	_ "go.nanomsg.org/mangos/v3/transport/inproc"
)

func mangosInproc() peer {
	return peer{
		name: "mangos inproc", what: "go.nanomsg.org/mangos/v3 push and pull; a socket for each sink",
		open: openMangos,
	}
}

// sockets has a pull socket in front of each stage and sink, and a push socket for each way there.
// Push blocks where publish and subscribe would drop.
type sockets struct {
	job    job
	sinks  *sinks
	pulls  []mangos.Socket
	pushes [][]mangos.Socket // of each source, then of each stage
	ended  sync.WaitGroup
}

var addresses atomic.Uint64 // inproc addresses are the process's

func openMangos(j job) (rig, error) {
	s := &sockets{job: j, sinks: newSinks(j.sinks)}
	var urls []string
	for range j.stages + j.sinks {
		url := fmt.Sprintf("inproc://peers-%d", addresses.Add(1))
		p, err := pull.NewSocket()
		if err != nil {
			return nil, err
		}
		if err := p.Listen(url); err != nil {
			return nil, err
		}
		s.pulls, urls = append(s.pulls, p), append(urls, url)
	}
	for i := range j.sources + j.stages {
		to := urls[j.stages:]
		if stage := max(i-j.sources+1, 0); stage < j.stages {
			to = urls[stage : stage+1]
		}
		out, err := dial(to)
		if err != nil {
			return nil, err
		}
		s.pushes = append(s.pushes, out)
	}
	s.run()
	return s, nil
}

func dial(urls []string) (out []mangos.Socket, err error) {
	for _, url := range urls {
		p, err := push.NewSocket()
		if err != nil {
			return nil, err
		}
		if err := p.Dial(url); err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, nil
}

func (s *sockets) run() {
	for i, p := range s.pulls {
		if i < s.job.stages {
			s.ended.Go(func() { s.stage(p, s.pushes[s.job.sources+i]) })
		} else {
			s.ended.Go(func() { s.sink(p, &s.sinks.all[i-s.job.stages]) })
		}
	}
}

func (s *sockets) stage(in mangos.Socket, out []mangos.Socket) {
	for {
		m, err := in.RecvMsg()
		if err != nil {
			return
		}
		next := mangos.NewMessage(len(m.Body))
		next.Body = append(next.Body, m.Body...)
		m.Free()
		if spread(out, next) != nil {
			return
		}
	}
}

// spread sends one message to every socket.
func spread(out []mangos.Socket, m *mangos.Message) error {
	for range out[1:] {
		m.Clone()
	}
	for _, p := range out {
		if err := p.SendMsg(m); err != nil {
			return err
		}
	}
	return nil
}

func (s *sockets) sink(in mangos.Socket, k *sink) {
	for {
		m, err := in.RecvMsg()
		if err != nil {
			return
		}
		k.took(rightImage(m.Body))
		m.Free()
	}
}

func (s *sockets) send(n int) error {
	s.sinks.expect(n)
	err := feed(s.job.sources, n, func(i, n int) error {
		for k := range n {
			m := mangos.NewMessage(imageSize)
			m.Body = appendImage(m.Body, s.job, k)
			if err := spread(s.pushes[i], m); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return s.sinks.wait()
}

func (s *sockets) close() error {
	var faults []error
	for _, out := range s.pushes {
		for _, p := range out {
			faults = append(faults, p.Close())
		}
	}
	for _, p := range s.pulls {
		faults = append(faults, p.Close())
	}
	s.ended.Wait()
	return errors.Join(append(faults, s.sinks.verify())...)
}

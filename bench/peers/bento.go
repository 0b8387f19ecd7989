package main

import (
	"context"
	"errors"
	"time"

	_ "github.com/warpstreamlabs/bento/public/components/pure"
	"github.com/warpstreamlabs/bento/public/service"
)

func bentos() []peer {
	only := func(j job) string {
		if j.sources > 1 || j.sinks > 1 || j.stages > 1 {
			return "a stream has one producer function, one consumer function and one thread order"
		}
		return ""
	}
	return []peer{
		{
			name: "bento, one at a time", what: "warpstreamlabs/bento stream, metadata, acknowledged",
			cannot: only, open: func(j job) (rig, error) { return openBento(j, 1) },
		},
		{
			name: "bento, 64 at a time", what: "the same in batches",
			cannot: only, open: func(j job) (rig, error) { return openBento(j, batchSize) },
		},
	}
}

// stream is a bento stream from a producer function to a consumer function; a stage is a mapping.
type stream struct {
	job     job
	stream  *service.Stream
	produce service.MessageBatchHandlerFunc
	batch   int
	sinks   *sinks
	cancel  context.CancelFunc
	ended   chan error
}

func openBento(j job, batch int) (rig, error) {
	b := service.NewStreamBuilder()
	s := &stream{job: j, batch: batch, sinks: newSinks(j.sinks), ended: make(chan error, 1)}
	b.SetThreads(1)
	if err := b.SetLoggerYAML("level: none"); err != nil {
		return nil, err
	}
	var err error
	if s.produce, err = b.AddBatchProducerFunc(); err != nil {
		return nil, err
	}
	if j.stages > 0 {
		if err := b.AddProcessorYAML(`mapping: 'root = content()'`); err != nil {
			return nil, err
		}
	}
	if err := b.AddBatchConsumerFunc(s.consume); err != nil {
		return nil, err
	}
	if s.stream, err = b.Build(); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	s.cancel = cancel
	go func() { s.ended <- s.stream.Run(ctx) }()
	return s, nil
}

func (s *stream) consume(_ context.Context, batch service.MessageBatch) error {
	for _, m := range batch {
		value, _ := m.MetaGet(wantedKey)
		s.sinks.all[0].took(value == wantedValue)
	}
	return nil
}

func (s *stream) send(n int) error {
	s.sinks.expect(n)
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for sent := 0; sent < n; sent += s.batch {
		batch := make(service.MessageBatch, s.batch)
		for i := range batch {
			batch[i] = service.NewMessage(append([]byte(nil), content...))
			var t texts
			t.write(s.job, sent+i)
			for k := range t {
				batch[i].MetaSetMut(t[k][0], t[k][1])
			}
		}
		if err := s.produce(ctx, batch); err != nil {
			return err
		}
	}
	return s.sinks.wait()
}

func (s *stream) close() error {
	err := s.stream.StopWithin(5 * time.Second)
	s.cancel()
	if ended := <-s.ended; !errors.Is(ended, context.Canceled) {
		err = errors.Join(err, ended)
	}
	return errors.Join(err, s.sinks.verify())
}

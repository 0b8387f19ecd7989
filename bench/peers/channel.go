package main

const ringSize = 1024 // messages that a queue holds, of every peer that can be told

type channel[T any] chan T

func (c channel[T]) put(v T) { c <- v }

func (c channel[T]) take() (T, bool) {
	v, ok := <-c
	return v, ok
}

func (c channel[T]) close() { close(c) }

func channels() []peer {
	return []peer{
		{
			name: channelPrebuilt, what: "channel(1024) of one prebuilt pointer; nothing is written",
			cannot: func(j job) string {
				if j.telemetry {
					return "what is prebuilt has no number of its own"
				}
				return ""
			},
			open: func(j job) (rig, error) {
				return openLines(j, newChannel[*parcel](ringSize), prebuilt())
			},
		},
		{
			name: channelAllocated, what: "channel(1024), each message allocated",
			open: func(j job) (rig, error) {
				return openLines(j, newChannel[*parcel](ringSize), allocated(j))
			},
		},
		{
			name: channelCopied, what: "channel(1024), each message allocated and all that it holds copied into it",
			open: func(j job) (rig, error) {
				return openLines(j, newChannel[*copied](ringSize), copies(j))
			},
		},
		{
			name: channelBatched, what: "channel(16) of slices of 64 messages, allocated as one",
			open: func(j job) (rig, error) {
				return openLines(j, newChannel[[]parcel](ringSize/batchSize), batched(j))
			},
		},
	}
}

const (
	channelPrebuilt  = "channel, prebuilt"
	channelAllocated = "channel + allocation"
	channelCopied    = "channel + allocation, copying"
	channelBatched   = "channel of 64-slices"
)

func newChannel[T any](size int) func() channel[T] {
	return func() channel[T] { return make(channel[T], size) }
}

package main

import (
	"math/rand/v2"
)

// choose returns an order, drawn from a seed, in which mutations are to be tried. Each line of code
// that can be broken is as likely as any other, whatever package it is in and however many ways there
// are to break it, of which one is taken.
func choose(all []mutation, seed uint64) (order []mutation) {
	random := rand.New(rand.NewPCG(seed, 0)) //nolint:gosec // a seed is what is wanted
	type place struct {
		file string
		line int
	}
	ways := make(map[place][]mutation)
	var places []place
	for _, m := range all {
		at := place{m.file, m.line}
		if ways[at] == nil {
			places = append(places, at)
		}
		ways[at] = append(ways[at], m)
	}
	random.Shuffle(len(places), func(i, j int) { places[i], places[j] = places[j], places[i] })
	for _, at := range places {
		list := ways[at]
		order = append(order, list[random.IntN(len(list))])
	}
	return order
}

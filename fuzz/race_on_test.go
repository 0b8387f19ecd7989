//go:build race

package fuzz

// underRace tells that the race detector watches, which takes ten times the time and more memory.
const underRace = true

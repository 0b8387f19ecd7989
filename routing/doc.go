// Package routing turns links and filters into something a publisher reads in a few loads.
//
// A Table holds the links between named modules; each change makes a new Snapshot, which never
// changes: a publisher looks its source up once per snapshot (by xxhash) and keeps the Route it
// finds. What a filter is, the package filter says.
package routing

// Package routing turns links and filters into something a publisher reads in a few loads.
//
// A Table holds the links between named modules; its snapshots never change: a publisher looks its
// source up once per snapshot (by xxhash) and keeps the Route it finds. A change costs what it
// touches: the filters of a source with many links are in an index that changes by a few pages
// (package index). What a filter is, the package filter says.
package routing

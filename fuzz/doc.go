// Package fuzz holds the fuzz targets that need several packages at once, each with an oracle: an
// independent and simpler way to the same answer. README.md lists every target of the repository,
// those beside the code that they test too, and what each is held against.
package fuzz

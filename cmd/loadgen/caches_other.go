//go:build !linux

package main

import "github.com/millrace/millrace/report"

// caches returns none: there is no portable way to ask.
func caches() []report.Cache { return nil }

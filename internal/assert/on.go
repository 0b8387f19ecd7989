//go:build assert

// Package assert switches the engine's assertions: built with the tag assert they are checked, and
// released messages are poisoned; without it they cost nothing, because Enabled is a constant.
package assert

// Enabled tells whether this is an assertion build.
const Enabled = true

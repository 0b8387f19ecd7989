package layout

import "unsafe"

// text returns bytes as a string that shares them: it is good until they change, and nobody may keep
// it longer.
func text(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// Text is text for what writes to records, which copy what they are given.
func Text(b []byte) string { return text(b) }

// bytesOf returns a string as bytes that share it: nobody may write to them.
func bytesOf(s string) []byte { return unsafe.Slice(unsafe.StringData(s), len(s)) }

package typed

import (
	"reflect"
	"unsafe"
)

// cast returns an addressable value's memory as an N. The caller has seen that the value is one, by its
// kind, and that a pointer is one to an N's kind.
func cast[N any](v reflect.Value) *N { return (*N)(v.Addr().UnsafePointer()) }

// textOf returns bytes as a string that shares them, for who does not keep it.
func textOf(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// bytesOf returns a string's bytes, for who neither changes nor keeps them.
func bytesOf(s string) []byte { return unsafe.Slice(unsafe.StringData(s), len(s)) }

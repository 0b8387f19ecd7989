//go:build !windows

package sp

// pathMax is how long a socket's path may be, in bytes: 108 on Linux and 104 on the BSDs and macOS
// with a NUL behind it. The smaller one holds everywhere, so that a document does.
const pathMax = 103

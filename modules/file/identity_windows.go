package file

import "io/fs"

// identityOf returns nothing: a file's information has no number here, so files are known by their
// first bytes alone.
func identityOf(fs.FileInfo) identity { return identity{} }

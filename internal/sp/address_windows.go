package sp

// pathMax is how long a pipe's name may be, in bytes, with \\.\pipe\ in front of it.
const pathMax = 247

// CheckFolder finds nothing: pipes are in no folders.
func (Address) CheckFolder() error { return nil }

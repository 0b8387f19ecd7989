package sp

// pathMost is how long a pipe's name may be, in bytes, with \\.\pipe\ in front of it.
const pathMost = 247
